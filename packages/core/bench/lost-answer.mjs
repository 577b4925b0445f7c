// Paid POSTs that reach a vendor which takes the request and drops the connection.
// As a child: lost-answer.mjs <client> <base>
import { payers } from './clients.mjs'
import { report, runClient, startServer } from './processes.mjs'

export async function run() {
  const seen = {}
  for (const name of Object.keys(payers)) {
    const server = await startServer()
    await server.control('drop/on')
    await server.control('counts')
    const { error } = await runClient('lost-answer.mjs', [name, server.base])
    seen[name] = { posts: (await server.control('counts')).POST ?? 0, error }
    server.stop()
  }
  report(
    'lost-answer: paid POSTs when the answer is lost',
    ['client', 'POSTs', 'what the caller is told'],
    Object.entries(seen).map(([name, { posts, error }]) => [name, posts, error]),
    [
      { text: 'POSTs by Likeness', value: seen.Likeness.posts, limit: 1 },
      { text: 'POSTs short of one by Likeness', value: 1 - seen.Likeness.posts, limit: 0 },
    ],
  )
}

const [, script, name, base] = process.argv
if (script.endsWith('lost-answer.mjs')) {
  const call = await payers[name](base)
  const error = await call().then(
    () => 'nothing',
    (reason) => (reason.kind === undefined ? reason.message : `${reason.kind}, billed: ${reason.billed}`),
  )
  console.log(JSON.stringify({ error: error.split('\n')[0] }))
  process.exit(0)
}
