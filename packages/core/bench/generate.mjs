// CPU of everything a client does for a job that is done at once. As a child: generate.mjs <client> <base>
import { clients } from './clients.mjs'
import { cpuOf, pump } from './load.mjs'
import { median, report, runClient, startServer } from './processes.mjs'

async function measure(call, total, width) {
  await pump(call, Math.ceil(total / 2), width)
  return cpuOf(call, total, width)
}

export async function run(rounds) {
  const names = Object.keys(clients)
  const seen = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const server = await startServer()
      seen[name].push(await runClient('generate.mjs', [name, server.base]))
      server.stop()
    }
  }
  const of = (name, width) => median(seen[name].map((figures) => figures[width]))
  const [bare, ours, fal] = names
  report(
    `generate: CPU of submit, status and result (median of ${rounds} rounds)`,
    ['client', 'alone, us', 'times bare', 'times fal', '64 at once, us', 'times bare', 'times fal'],
    names.map((name) => [
      name,
      ...['alone', 'many'].flatMap((width) => [
        of(name, width).toFixed(0),
        (of(name, width) / of(bare, width)).toFixed(2),
        (of(name, width) / of(fal, width)).toFixed(2),
      ]),
    ]),
    [
      { text: `CPU against ${bare}, alone`, value: of(ours, 'alone') / of(bare, 'alone'), limit: 1.5 },
      { text: `CPU against ${bare}, many`, value: of(ours, 'many') / of(bare, 'many'), limit: 1.5 },
      { text: `CPU against ${fal}, many`, value: of(ours, 'many') / of(fal, 'many'), limit: 0.3 },
    ],
  )
}

const [, script, name, base] = process.argv
if (script.endsWith('generate.mjs')) {
  const call = await clients[name](base)
  await pump(call, 5, 1)
  console.log(JSON.stringify({ alone: await measure(call, 800, 1), many: await measure(call, 3000, 64) }))
  process.exit(0)
}
