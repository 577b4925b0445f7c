import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { main } from './main.js'
import { processIo } from './process-io.js'

const demoDocument = z.object({
  report: z.string(),
  errors: z.array(z.unknown()),
  fallback: z.object({
    broken: z.string(),
    requests: z.array(
      z.object({ madeBy: z.string(), trail: z.array(z.object({ target: z.string(), outcome: z.string() })) }),
    ),
  }),
})

it('the demo shows every prompt at every provider, and who stands in when one breaks', {
  timeout: 120_000,
}, async () => {
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
  expect(code).toBe(0)
  const { report, errors, fallback } = demoDocument.parse(JSON.parse(output))
  expect(errors).toEqual([])
  // The vendor that the router prefers makes the first picture; then it breaks, and another one stands in.
  expect(fallback.broken).toBe('fal')
  expect(fallback.requests.map(({ madeBy }) => madeBy)).toEqual(['fal', 'astria', 'astria'])
  expect(fallback.requests.map(({ trail }) => trail.map(({ target, outcome }) => `${target} ${outcome}`))).toEqual([
    ['fal succeeded'],
    ['fal failed', 'astria succeeded'],
    ['fal failed', 'astria succeeded'],
  ])
  const page = await readFile(report, 'utf8')
  expect(page.match(/<figure/g)).toHaveLength(9)
  expect(page.match(/1024 x 1024, seed 7/g)).toHaveLength(9)
  expect(page.match(/class="missing"/g)).toBeNull()
  expect(page.match(/class="step bad"/g)).toHaveLength(2)
  for (const price of ['$4.00', '$2.00', '$0.035', '$0.03', '$0.06']) expect(page).toContain(price)
  expect(page).toContain('Emulated vendors')
})
