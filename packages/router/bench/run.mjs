// node run.mjs [brownout|overhead] [rounds]
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const measures = ['brownout', 'overhead']
const [, , wanted, rounds = '5'] = process.argv

if (wanted !== undefined && !measures.includes(wanted)) {
  console.error(`There is no measure ${wanted}; there are ${measures.join(', ')}.`)
  process.exit(2)
}
if (!existsSync(`${folder}node_modules/ai-retry`)) {
  console.error('Installing the peers ...')
  const { status } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
console.log(`Node ${process.version}`)
for (const measure of wanted === undefined ? measures : [wanted]) {
  const { run } = await import(`./${measure}.mjs`)
  await run(Number(rounds))
}
process.exit()
