import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { portfolioSchema } from '@likeness/core/schemas'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-examples-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs an example as a user would, with no key. */
async function run(example: string, ...options: readonly string[]): Promise<string> {
  const { ASTRIA_API_KEY: _a, FAL_KEY: _f, SEGMIND_API_KEY: _s, LIKENESS_EMULATOR: _e, ...env } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, example), ...options], { cwd: folder, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const [code] = await once(child, 'close')
  expect(code, output).toBe(0)
  return output
}

const sizeOf = async (file: string) => {
  const { width, height, format } = await sharp(join(folder, file)).metadata()
  return { width, height, format }
}

describe('examples', { timeout: 60_000 }, () => {
  it('train.ts keeps a portfolio', async () => {
    expect(await run('train.ts')).toContain('Trained at fal')
    const portfolio = portfolioSchema.parse(JSON.parse(await readFile(join(folder, 'robot.portfolio.json'), 'utf8')))
    expect(portfolio.models).toHaveLength(1)
  })

  it('generate.ts writes two different pictures of the size asked for', async () => {
    const output = await run('generate.ts')
    expect(output).not.toContain('undefined')
    expect(output).not.toContain('no default trigger word')
    for (const file of ['robot-1.jpg', 'robot-2.jpg']) {
      expect(await sizeOf(file)).toEqual({ width: 1024, height: 768, format: 'jpeg' })
    }
    const [one, other] = await Promise.all(['robot-1.jpg', 'robot-2.jpg'].map((file) => readFile(join(folder, file))))
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false)
  })

  it.each(['astria', 'fal', 'segmind'])('swap/program.ts is the same program at %s', async (vendor) => {
    const output = await run('swap/program.ts', vendor)
    expect(output).toContain(`Trained at ${vendor}`)
    expect(await sizeOf(`robot-${vendor}.jpg`)).toEqual({ width: 1024, height: 1024, format: 'jpeg' })
  })

  it('resume.ts finishes in another process what was billed once', async () => {
    const output = await run('resume.ts')
    expect(output).toContain('now this process is killed')
    expect(output).toMatch(/Another process has the model [\w-]+/)
    expect(output).toContain('Billed trainings: 1')
  })

  it('own-fal-client.ts goes through the client it is given', async () => {
    expect(await run('own-fal-client.ts')).toContain('Jobs go through @fal-ai/client')
    expect(await sizeOf('robot-painting.jpg')).toMatchObject({ format: 'jpeg' })
  })

  it('fallback.ts shows who stood in, with the subject, for one price', async () => {
    const output = await run('fallback.ts')
    expect(output).toMatch(/^fal failed unavailable \d+ ms fallback to astria/m)
    expect(output).toMatch(/^astria succeeded /m)
    expect(output).toMatch(/^astria: \$4\.03 settled, 0 unknown\nfal: \$2\.00 settled, 0 unknown$/m)
    expect(await sizeOf('robot-fallback.jpg')).toMatchObject({ format: 'jpeg' })
  })

  it('are all listed', async () => {
    const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8')
    const programs = (await readdir(import.meta.dirname)).filter(
      (name) => name.endsWith('.ts') && !name.includes('.test.'),
    )
    expect(programs.filter((name) => !readme.includes(`(${name})`))).toEqual([])
  })
})
