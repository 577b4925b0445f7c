import { createAstria } from '@likeness/astria'
import { openRunFolder, parseComparisonPlan, runComparison } from '@likeness/compare'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'

/** The virtual clock may pass a job's deadline while its picture is drawn in real time; a further call fetches it. */
const MOST_CALLS = 5

/**
 * Makes a real run in an empty folder: 3 emulated vendors x 20 prompts x 4 seeds, pictures of 1024 x 1024.
 *
 * @returns how many pictures came
 */
export async function makeRun(folder: string, images: readonly string[], className: string): Promise<number> {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock })
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  const { endpoints } = emulator
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { subject: { className, kind: 'product', images: [...images] } },
    vendors: { astria: { provider: 'astria' }, fal: { provider: 'fal' }, segmind: { provider: 'segmind' } },
    prompts: Array.from({ length: 20 }, (_, index) => ({
      id: `place-${index + 1}`,
      prompt: `{subject} at place ${index + 1}`,
    })),
    seeds: [1, 2, 3, 4],
    sizes: ['1024x1024'],
    budget: { limitUSD: 100 },
  })
  const run = await openRunFolder(folder, plan, { emulated: true })
  const providers = {
    astria: createAstria({ ...endpoints.astria, fetch, clock }),
    fal: createFal({ ...endpoints.fal, fetch, clock }),
    segmind: createSegmind({ ...endpoints.segmind, fetch, clock }),
  }
  let summary = await runComparison({ ...run, providers, clock })
  for (let calls = 1; calls < MOST_CALLS && !summary.complete; calls++) {
    summary = await runComparison({ ...run, providers, clock })
  }
  await run.store.close()
  await emulator.close()
  return summary.items.filter(({ work, state }) => work.kind === 'generation' && state.state === 'succeeded').length
}
