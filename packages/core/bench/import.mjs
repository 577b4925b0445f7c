// What importing costs: wall and CPU of a process that imports and ends, less those of one that only ends.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, report } from './processes.mjs'

const path = (file) => JSON.stringify(new URL(file, import.meta.url).href)
const cases = {
  nothing: [],
  zod: ['"zod"'],
  'Likeness core with one adapter': [path('../dist/index.js'), path('../../fal/dist/index.js')],
  'ai with @ai-sdk/fal': ['"ai"', '"@ai-sdk/fal"'],
}

export async function run(rounds) {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const seen = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let round = 0; round < rounds * 3; round += 1) {
    for (const [name, modules] of Object.entries(cases)) {
      const code = `${modules.map((module) => `await import(${module});`).join('')}const u=process.cpuUsage();console.log((u.user+u.system)/1000)`
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        cwd: folder,
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(stderr)
      seen[name].push(Number(stdout))
    }
  }
  const idle = median(seen.nothing)
  const of = (name) => median(seen[name]) - idle
  const ours = of('Likeness core with one adapter')
  report(
    `import: CPU of importing (median of ${rounds * 3} rounds)`,
    ['modules', 'CPU, ms', 'times zod'],
    Object.keys(cases)
      .filter((name) => name !== 'nothing')
      .map((name) => [name, of(name).toFixed(0), (of(name) / of('zod')).toFixed(2)]),
    [
      { text: 'CPU against zod', value: ours / of('zod'), limit: 1.2 },
      { text: 'CPU against ai with @ai-sdk/fal', value: ours / of('ai with @ai-sdk/fal'), limit: 1 },
    ],
  )
}
