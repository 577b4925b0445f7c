// Carries out the plan of the folder named, at the vendors whose endpoints stand in the environment. A process of its own,
// so that a test can kill it.
import { createAstria } from '@likeness/astria'
import { openRunFolder, runComparison } from '@likeness/compare'
import { systemClock } from '@likeness/core'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'

const endpoints = JSON.parse(process.env.ENDPOINTS)
// The emulator answers at once: to wait as long as for a vendor would only take time.
const clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) }
const providers = {
  astria: createAstria({ ...endpoints.astria, clock }),
  fal: createFal({ ...endpoints.fal, clock }),
  segmind: createSegmind({ ...endpoints.segmind, clock }),
}
const run = await openRunFolder(process.argv[2])
const summary = await runComparison({ ...run, providers, clock })
await run.store.close()
process.stdout.write(JSON.stringify(summary))
