// CPU of a generate through a router of one target, against the same without. As a child: overhead.mjs <base>
import { median, report, runClient, startServer } from '../../core/bench/processes.mjs'

const prompt = 'portrait photo of ohwx man, 85mm, soft light, high detail, film grain, studio background'
const request = { prompt, n: 4, size: '1024x768', steps: 28, guidanceScale: 3.5, seed: 6252023 }
const widths = { alone: 1, many: 64 }

async function callers(base) {
  const { generate } = await import('../../core/dist/index.js')
  const { createFal } = await import('../../fal/dist/index.js')
  const { createRouter } = await import('../dist/index.js')
  const fal = createFal({ apiKey: 'id:secret', queueURL: base, restURL: base, syncURL: base })
  const limits = { concurrentJobs: Number.POSITIVE_INFINITY }
  const router = createRouter({ providers: { fal }, target: { provider: 'fal', limits } })
  return {
    direct: () => generate({ provider: fal, ...request }),
    routed: () => generate({ provider: router, ...request }),
  }
}

async function pump(call, total, width) {
  let started = 0
  const worker = async () => {
    while (started < total) {
      started += 1
      await call()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}

async function cpuOf(call, total, width) {
  const before = process.cpuUsage()
  await pump(call, total, width)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / total
}

/** Blocks of both take turns, and take turns at going first: what the machine does meanwhile strikes both alike. */
async function compare({ direct, routed }, width) {
  const total = 400
  const seen = { direct: [], routed: [] }
  for (const call of [direct, routed]) await pump(call, total, width)
  for (let block = 0; block < 12; block += 1) {
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
  const ratio = (width) => median(seen.map((figures) => figures[width].routed / figures[width].direct))
  report(
    `overhead: CPU of generate through a router of one target (median of ${rounds} rounds)`,
    ['at once', 'direct, us', 'through the router, us', 'ratio'],
    Object.entries(widths).map(([width, count]) => [
      count,
      median(seen.map((figures) => figures[width].direct)).toFixed(0),
      median(seen.map((figures) => figures[width].routed)).toFixed(0),
      ratio(width).toFixed(3),
    ]),
    Object.keys(widths).map((width) => ({
      text: `CPU through the router, ${width}`,
      value: ratio(width),
      limit: 1.05,
    })),
  )
}

const [, script, base] = process.argv
if (script.endsWith('overhead.mjs') && base !== undefined) {
  const both = await callers(base)
  const figures = {}
  for (const [width, count] of Object.entries(widths)) figures[width] = await compare(both, count)
  console.log(JSON.stringify(figures))
  process.exit(0)
}
