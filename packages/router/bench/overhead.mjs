// CPU of a generate through a router of one target, against the same without. As a child: overhead.mjs <base>
import { cpuOf, pump } from '../../core/bench/load.mjs'
import { median, report, runClient, startServer } from '../../core/bench/processes.mjs'

const prompt = 'portrait photo of ohwx man, 85mm, soft light, high detail, film grain, studio background'
const request = { prompt, n: 4, size: '1024x768', steps: 28, guidanceScale: 3.5, seed: 6252023 }
const cases = {
  'done at once, one at a time': { jobMs: 0, width: 1, total: 400, blocks: 12 },
  'done at once, 64 at once': { jobMs: 0, width: 64, total: 400, blocks: 12 },
  'jobs of 1.3 s, 256 at once': { jobMs: 1300, width: 256, total: 512, blocks: 6 },
  'done at once, 4 pictures of 1 MB read, 8 at once': { jobMs: 0, width: 8, total: 120, blocks: 12, read: true },
}
/** What an app does with a generate: it takes the pictures. */
const judged = 'done at once, 4 pictures of 1 MB read, 8 at once'

async function callers(base) {
  const { generate } = await import('../../core/dist/index.js')
  const { createFal } = await import('../../fal/dist/index.js')
  const { createRouter } = await import('../dist/index.js')
  const fal = createFal({ apiKey: 'id:secret', queueURL: base, restURL: base, syncURL: base })
  const limits = { concurrentJobs: Number.POSITIVE_INFINITY }
  const router = createRouter({ providers: { fal }, target: { provider: 'fal', limits } })
  return (read) => {
    const through = (provider) => async () => {
      const { images } = await generate({ provider, ...request })
      if (read) await Promise.all(images.map((image) => image.bytes()))
    }
    return { direct: through(fal), routed: through(router) }
  }
}

/** Blocks of both take turns, and take turns at going first: what the machine does meanwhile strikes both alike. */
async function compare({ direct, routed }, { width, total, blocks }) {
  const seen = { direct: [], routed: [] }
  for (const call of [direct, routed]) await pump(call, total, width)
  for (let block = 0; block < blocks; block += 1) {
    const order = block % 2 === 0 ? ['direct', 'routed'] : ['routed', 'direct']
    for (const name of order) seen[name].push(await cpuOf(name === 'direct' ? direct : routed, total, width))
  }
  return { direct: median(seen.direct), routed: median(seen.routed) }
}

export async function run(rounds) {
  const seen = []
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer()
    seen.push(await runClient('../../router/bench/overhead.mjs', [server.base]))
    server.stop()
  }
  const of = (name, who) => median(seen.map((figures) => figures[name][who]))
  const ratio = (name) => median(seen.map((figures) => figures[name].routed / figures[name].direct))
  report(
    `overhead: CPU of generate through a router of one target (median of ${rounds} rounds)`,
    ['jobs', 'direct, us', 'through the router, us', 'ratio'],
    Object.keys(cases).map((name) => [
      name,
      of(name, 'direct').toFixed(0),
      of(name, 'routed').toFixed(0),
      ratio(name).toFixed(3),
    ]),
    [{ text: `CPU through the router, ${judged}`, value: ratio(judged), limit: 1.05 }],
  )
}

const [, script, base] = process.argv
if (script.endsWith('overhead.mjs') && base !== undefined) {
  const both = await callers(base)
  const figures = {}
  for (const [name, one] of Object.entries(cases)) {
    await fetch(`${base}/control/job-time/${one.jobMs}`)
    figures[name] = await compare(both(one.read), one)
  }
  console.log(JSON.stringify(figures))
  process.exit(0)
}
