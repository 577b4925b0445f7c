import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { main } from './main.js'
import { processIo } from './process-io.js'

it('the demo shows every prompt at every provider, with cost and time', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-demo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  let output = ''
  const io = {
    ...processIo(),
    // No key is needed, and a real one is not used.
    env: {},
    cwd: folder,
    stdout: (text: string) => {
      output += text
    },
    stderr: () => {},
    terminal: undefined,
  }
  const code = await main(['demo', '--prompt', 'a sketch of {subject}', 'a photo of {subject} at night', '--json'], io)
  expect(output).not.toContain('"kind"')
  expect(code).toBe(0)
  const { report } = JSON.parse(output) as { report: string }
  const page = await readFile(report, 'utf8')
  expect(page.match(/<figure/g)).toHaveLength(6)
  expect(page.match(/1024 x 1024, seed 7/g)).toHaveLength(6)
  expect(page.match(/class="missing"/g)).toBeNull()
  for (const price of ['$4.00', '$2.00', '$0.035', '$0.03', '$0.06']) expect(page).toContain(price)
  expect(page).toContain('Emulated vendors')
})
