// How late a client notices the end of a job, and what it spends on it. As a child: polling.mjs <client> <base> <from> <to> <jobs>
import { clients } from './clients.mjs'
import { median, report, runClient, sleep, startServer } from './processes.mjs'

const names = ['Likeness', '@fal-ai/client subscribe']

export async function run(rounds) {
  const spread = { from: 1000, to: 12_000, jobs: 16 }
  const short = { from: 1300, to: 1300, jobs: 12 }
  const seen = Object.fromEntries(names.map((name) => [name, { short: [], spread: [] }]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      for (const [kind, { from, to, jobs }] of Object.entries({ short, spread })) {
        const server = await startServer()
        seen[name][kind].push(await runClient('polling.mjs', [name, server.base, from, to, jobs]))
        server.stop()
      }
    }
  }
  const of = (name, kind, figure) => median(seen[name][kind].map((figures) => figures[figure]))
  const [ours, fal] = names
  report(
    `polling: how late the end is noticed (median of ${rounds} rounds)`,
    ['client', '1.3 s jobs: delay, ms', 'requests a job', '1 to 12 s jobs: delay, ms', 'requests a job'],
    names.map((name) => [
      name,
      ...['short', 'spread'].flatMap((kind) => [
        of(name, kind, 'delay').toFixed(0),
        of(name, kind, 'requests').toFixed(1),
      ]),
    ]),
    [
      {
        text: 'delay of 1.3 s jobs against fal',
        value: of(ours, 'short', 'delay') / of(fal, 'short', 'delay'),
        limit: 0.3,
      },
      {
        text: 'requests over 1 to 12 s jobs against fal',
        value: of(ours, 'spread', 'requests') / of(fal, 'spread', 'requests'),
        limit: 1,
      },
    ],
  )
}

const [, script, name, base, from, to, jobs] = process.argv
if (script.endsWith('polling.mjs')) {
  const call = await clients[name](base)
  const control = async (route) => (await fetch(`${base}/control/${route}`)).json()
  const now = () => performance.timeOrigin + performance.now()
  const times = Array.from({ length: Number(jobs) }, (_, index) =>
    Math.round(from * (to / from) ** (index / (jobs - 1))),
  )
  // Low and high alternate, so that no client can learn a trend from the order.
  times.sort((one, other) => ((one * 7919) % 997) - ((other * 7919) % 997))
  await control('counts')
  const delays = []
  for (const time of times) {
    await control(`job-time/${time}`)
    const doneAt = await call()
    delays.push(now() - doneAt)
    await sleep(20)
  }
  const { status = 0, result = 0, POST = 0 } = await control('counts')
  console.log(JSON.stringify({ delay: median(delays), requests: (status + result + POST) / times.length }))
  process.exit(0)
}
