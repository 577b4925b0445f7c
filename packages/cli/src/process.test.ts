import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type Emulator } from '@likeness/emulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writePhotos } from '../test/photos.js'
import { bin, type Running, startProcess } from '../test/processes.js'

beforeAll(() => {
  if (!existsSync(bin)) throw new Error('These tests run the built command: tsc -b packages/cli')
})

let folder: string
const running = new Set<Running>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-process-'))
})
afterEach(async () => {
  for (const { process: child } of running) child.kill('SIGKILL')
  running.clear()
  await rm(folder, { recursive: true, force: true })
})

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const one = startProcess(args, { cwd: folder, env })
  running.add(one)
  return one
}

describe('a training whose process dies', () => {
  let emulator: Emulator
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    emulator = createEmulator()
    env = { LIKENESS_EMULATOR: (await emulator.listen()).control }
  })
  beforeEach(() => {
    for (const vendor of Object.values(emulator.vendors)) vendor.reset()
  })
  afterAll(() => emulator.close())

  const jobFile = async () => {
    const [name = 'none'] = await readdir(join(folder, '.likeness/jobs'))
    return join('.likeness/jobs', name)
  }

  it.each(['astria', 'fal', 'segmind'] as const)(
    'is finished by another process, and billed once, at %s',
    async (vendor) => {
      await writePhotos(join(folder, 'photos'), 6)
      const first = start(['train', 'photos', '--subject', 'dog', '--name', 'rex', '--provider', vendor], env)
      await first.seen(/accepted as/)
      first.process.kill('SIGKILL')
      expect(await first.ended).toBe('SIGKILL')
      expect(existsSync(join(folder, 'rex.portfolio.json'))).toBe(false)

      const second = start(['resume', await jobFile(), '--json'], env)
      expect(await second.ended, second.stderr()).toBe(0)
      const { model, portfolio } = JSON.parse(second.stdout())
      expect(portfolio).toBe(join(folder, 'rex.portfolio.json'))
      expect(JSON.parse(await readFile(portfolio, 'utf8')).models).toEqual([expect.objectContaining({ id: model.id })])
      expect(emulator.vendors[vendor].invoice).toHaveLength(1)
      expect(emulator.vendors[vendor].jobs).toHaveLength(1)

      // What the first process held for the job, the second settled.
      const ledger = start(['ledger', '--json'], env)
      expect(await ledger.ended).toBe(0)
      const [{ amount } = { amount: 0 }] = emulator.vendors[vendor].invoice
      expect(JSON.parse(ledger.stdout()).entries).toMatchObject([
        { provider: vendor, state: 'settled', cost: { amount } },
      ])
    },
  )

  it('says at Ctrl-C how to go on, and ends with 130', async () => {
    await writePhotos(join(folder, 'photos'), 6)
    const first = start(['train', 'photos', '--subject', 'dog', '--provider', 'fal'], env)
    await first.seen(/accepted as/)
    first.process.kill('SIGINT')
    expect(await first.ended).toBe(130)
    const command = /interrupted: fal: the job goes on at the vendor\. To continue:\n {2}likeness (resume \S+)\n/.exec(
      first.stderr(),
    )
    expect(command?.[1]).toBe(`resume ${await jobFile()}`)
    const second = start((command?.[1] ?? '').split(' '), env)
    expect(await second.ended).toBe(0)
    expect(emulator.vendors.fal.invoice).toHaveLength(1)
    expect(emulator.vendors.fal.journal.map(({ operation }) => operation)).not.toContain('fine-tune.cancel')
  })
})

describe('a comparison that is interrupted', () => {
  it('ends with 130, says how to go on, and pays for nothing twice', { timeout: 60_000 }, async () => {
    const emulator = createEmulator()
    try {
      const env = { LIKENESS_EMULATOR: (await emulator.listen()).control }
      await writePhotos(join(folder, 'photos'), 6, 512)
      const plan = {
        version: 1,
        subjects: { rex: { className: 'dog', images: ['photos'] } },
        vendors: { fal: { provider: 'fal' }, astria: { provider: 'astria' } },
        prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
        // So many that none of the few lines of progress can tell of all of them at once.
        seeds: Array.from({ length: 12 }, (_, index) => index),
        sizes: ['256x256'],
        budget: { limitUSD: 20 },
      }
      await writeFile(join(folder, 'compare.json'), JSON.stringify(plan))
      const first = start(['compare', '--run', 'runs/first', '--no-score'], env)
      await first.seen(/all vendors: ([3-9]|1\d) of 26/)
      first.process.kill('SIGINT')
      expect(await first.ended).toBe(130)
      expect(first.stderr()).toMatch(/\nhint: To continue: likeness compare --run runs\/first\n$/)

      const second = start(['compare', '--run', 'runs/first', '--no-score', '--json'], env)
      expect(await second.ended, second.stderr()).toBe(0)
      const { fal, astria } = emulator.vendors
      expect([fal.invoice.length, astria.invoice.length]).toEqual([13, 13])
      const spent = [...fal.invoice, ...astria.invoice].reduce((sum, { amount }) => sum + amount, 0)
      expect(JSON.parse(second.stdout()).run).toMatchObject({ complete: true, spent })
    } finally {
      await emulator.close()
    }
  })
})

describe('likeness emulate', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line of JSON when ready, and ends with 0 at %s',
    async (signal) => {
      const emulate = start(['emulate', '--port', '0', '--json'])
      await emulate.seen(/\n/)
      const endpoints = JSON.parse(emulate.stdout())
      expect(endpoints).toEqual({
        astria: { baseURL: expect.any(String), apiKey: expect.any(String) },
        fal: {
          queueURL: expect.any(String),
          syncURL: expect.any(String),
          restURL: expect.any(String),
          platformURL: expect.any(String),
          apiKey: expect.any(String),
        },
        segmind: { baseURL: expect.any(String), managementURL: expect.any(String), apiKey: expect.any(String) },
        control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      })
      const doctor = start(['doctor', '--json'], { LIKENESS_EMULATOR: endpoints.control })
      expect(await doctor.ended).toBe(0)
      emulate.process.kill(signal)
      expect(await emulate.ended).toBe(0)
      expect(emulate.stdout().trimEnd().split('\n')).toHaveLength(1)
      expect(emulate.stderr()).toBe('')
    },
  )

  it('tells people what to copy', async () => {
    const emulate = start(['emulate'])
    await emulate.seen(/Ctrl-C stops it/)
    expect(emulate.stdout()).toMatch(/export LIKENESS_EMULATOR=http:\/\/127\.0\.0\.1:\d+/)
    expect(emulate.stdout()).toContain("export FAL_KEY='emulator:emulator'")
    emulate.process.kill('SIGTERM')
    expect(await emulate.ended).toBe(0)
  })

  it('says that a port is taken', async () => {
    const first = start(['emulate', '--json'])
    const [, port = ''] = await first.seen(/"control":"http:\/\/127\.0\.0\.1:(\d+)"/)
    const second = start(['emulate', '--port', port])
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toMatch(/^error: .*EADDRINUSE/)
  })
})

describe('the process', () => {
  it('ends quietly when its reader has seen enough', async () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${bin}' --help | head -1`], {
      encoding: 'utf8',
    })
    expect([stdout, stderr]).toEqual(['Usage: likeness [options] [command]\n', ''])
  })

  it('lets nothing that it tells steer the terminal', async () => {
    const broken = start(['status', '\u001b[2Jnone.json'])
    expect(await broken.ended).toBe(2)
    expect(broken.stderr()).toBe(`error: job: there is no file ${folder}/\\u001b[2Jnone.json.\n`)
  })

  it('shows no stack trace', async () => {
    const broken = start(['status', 'none.json'])
    expect(await broken.ended).toBe(2)
    expect(broken.stderr()).toBe(`error: job: there is no file ${folder}/none.json.\n`)
  })
})

describe('bin', () => {
  it.each(['20.20.2', '22.12.0'])('says on Node %s what it needs, in one sentence', (version) => {
    const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'${version}'}})`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', pretend, bin, 'doctor'], {
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^error: likeness needs Node\.js 22\.13 or newer; this is v\S+\.\n$/)
  })

  it('can be read by old versions of Node: no syntax newer than dynamic import', async () => {
    const source = await readFile(bin, 'utf8')
    expect(source).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(source).not.toMatch(/\?\?|\?\.|\bawait\b|^import |#\w+\s*[=(]|\bstatic\s*\{/m)
  })
})
