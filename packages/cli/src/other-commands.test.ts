import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const read = async (name: string) => JSON.parse(await readFile(join(world.folder, name), 'utf8'))

async function train(provider: string): Promise<string> {
  await world.photos(6)
  const { document } = await world.run(['train', 'photos', '--subject', 'dog', '--provider', provider, '--json'])
  const { results } = document as { results: { job: string }[] }
  return results[0]?.job ?? ''
}

describe('status', () => {
  it('asks the vendor about one job', async () => {
    const job = await train('fal')
    const { code, stdout } = await world.run(['status', job])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^fal {2}fine-tune {2}\S+ {2}succeeded · /)
  })

  it('lists what was started here without asking anyone', async () => {
    expect((await world.run(['status'])).stderr).toContain('no jobs in')
    await train('fal')
    const before = world.emulator.vendors.fal.journal.length
    const { stdout } = await world.run(['status'])
    expect(stdout).toMatch(/fal {2}fine-tune {2}succeeded {2}\.likeness\/jobs\/fine-tune-fal-\S+\.json\n$/)
    expect(world.emulator.vendors.fal.journal).toHaveLength(before)
  })

  it('takes the bare handle that a program kept', async () => {
    const { handle } = JSON.parse(await readFile(await train('astria'), 'utf8'))
    await world.write('handle.json', JSON.stringify(handle))
    expect(await world.run(['status', 'handle.json', '--json'])).toMatchObject({
      code: 0,
      document: { handle: { id: handle.id }, status: { state: 'succeeded' } },
    })
  })

  it('refuses a handle of a provider that the config lacks', async () => {
    const job = await train('fal')
    await world.write('likeness.config.yaml', 'providers: { main: { adapter: astria } }')
    const { code, stderr } = await world.run(['status', job])
    expect([code, stderr]).toEqual([
      2,
      'error: provider: the config has no provider with the id fal; its ids are astria.\n',
    ])
  })
})

describe('resume', () => {
  it('puts the result where it is told, as often as it is asked', async () => {
    const job = await train('astria')
    const { code, stdout } = await world.run(['resume', job, '--portfolio', 'other.json'])
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, 'other.json'])
    await world.run(['resume', job, '--portfolio', 'other.json'])
    expect((await read('other.json')).models).toHaveLength(1)
  })

  it('saves the pictures of a generation again', async () => {
    await train('fal')
    const made = await world.run(['generate', 'dog.portfolio.json', 'a {subject}', '--json'])
    const { results } = made.document as { results: { job: string; images: { path: string }[] }[] }
    const { code, document } = await world.run(['resume', results[0]?.job ?? '', '--out', 'again', '--json'])
    expect(code).toBe(0)
    const { images } = document as { images: { path: string }[] }
    expect(images[0]?.path.startsWith(join(world.folder, 'again'))).toBe(true)
    expect(await readFile(images[0]?.path ?? '')).toEqual(await readFile(results[0]?.images[0]?.path ?? ''))
  })

  it('ends with 5 when the job is overdue, and says how to go on', async () => {
    world.emulator.vendors.fal.fault({ fault: { type: 'job-stuck' } })
    await world.photos(6)
    const { code, stderr } = await world.run([
      'train',
      'photos',
      '--subject',
      'dog',
      '--provider',
      'fal',
      '--timeout',
      '90s',
    ])
    expect(code).toBe(5)
    expect(stderr).toMatch(/error: The fine-tune \S+ at fal was not done after 90 s\./)
    expect(stderr).toMatch(
      /hint: The job goes on at the vendor\. To continue: likeness resume \.likeness\/jobs\/fine-tune-fal-\S+\.json/,
    )
  })

  it('is to be typed as `likeness` was: in a clone that is a script', async () => {
    world.emulator.vendors.fal.fault({ fault: { type: 'job-stuck' } })
    await world.photos(6)
    const line = ['train', 'photos', '--subject', 'dog', '--provider', 'fal', '--timeout', '90s']
    const { stderr } = await world.run(line, { env: { npm_lifecycle_event: 'likeness' } })
    expect(stderr).toContain('To continue: npx -y pnpm@12 likeness resume .likeness/jobs/fine-tune-fal-')
  })
})

describe('cancel', () => {
  it('stops a job, and remembers it', async () => {
    world.emulator.vendors.fal.fault({ fault: { type: 'job-stuck' } })
    await world.photos(6)
    const { document } = await world.run([
      ...['train', 'photos', '--subject', 'dog', '--provider', 'fal', '--timeout', '1s', '--json'],
    ])
    const { results } = document as { results: { job: string }[] }
    const { code, stdout } = await world.run(['cancel', results[0]?.job ?? ''])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^fal {2}\S+ {2}cancel/)
  })

  it('says where a vendor cannot', async () => {
    const { code, stderr } = await world.run(['cancel', await train('astria')])
    expect(code).toBe(2)
    expect(stderr).toContain('hint: Astria has no way to stop a job.')
  })
})

describe('list', () => {
  it('lists trainings, page by page', async () => {
    await train('astria')
    await world.run(['train', 'photos', '--subject', 'cat', '--provider', 'astria'])
    const first = await world.run(['list', '--provider', 'astria', '--limit', '1', '--json'])
    const { lists } = first.document as { lists: { items: { id: string }[]; next?: string }[] }
    expect(lists[0]?.items).toHaveLength(1)
    const { stderr } = await world.run(['list', '--provider', 'astria', '--limit', '1'])
    expect(stderr).toContain(`more: likeness list --provider astria --cursor ${lists[0]?.next}`)
    const all = await world.run(['list', '--provider', 'astria'])
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it('says where a vendor has none', async () => {
    const { code, stderr } = await world.run(['list', '--provider', 'fal'])
    expect([code, stderr]).toEqual([2, 'error: fal has no list of trainings.\n'])
  })
})

describe('remove', () => {
  it('deletes at the vendor and in the portfolio, when agreed to', async () => {
    await train('astria')
    const args = ['remove', 'dog.portfolio.json', '--provider', 'astria']
    expect((await world.run(args)).stderr).toContain('This deletes 1 model at astria for good; agree to it with --yes.')
    expect((await read('dog.portfolio.json')).models).toHaveLength(1)
    const { code, stdout } = await world.run([...args, '--yes'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^astria {2}\d+ {2}deleted\n$/)
    expect((await read('dog.portfolio.json')).models).toEqual([])
    expect(world.emulator.vendors.astria.journal.some(({ operation }) => operation === 'fine-tune.remove')).toBe(true)
  })
})

describe('doctor', () => {
  it('finds everything in order', async () => {
    const { code, stdout } = await world.run(['doctor'])
    expect(code).toBe(0)
    for (const name of ['node', 'config', 'emulator', 'astria', 'fal', 'segmind'])
      expect(stdout).toMatch(new RegExp(`^ok +${name} `, 'm'))
  })

  it('looks at the ledger, and makes none', async () => {
    const env = { LIKENESS_EMULATOR: undefined }
    await world.config()
    expect((await world.run(['doctor'], { env })).stdout).toMatch(/^ok +ledger +\S+ledger\.jsonl; no request yet$/m)
    expect(await readdir(world.folder)).not.toContain('.likeness')
    await mkdir(join(world.folder, '.likeness'))
    await world.write('.likeness/ledger.jsonl', 'a shopping list\n')
    const { code, stdout } = await world.run(['doctor'], { env })
    expect(code).toBe(2)
    expect(stdout).toMatch(/^failed +ledger +\S+ledger\.jsonl is no ledger: its only line is no entry of one\./m)
  })

  it('skips providers without a key, where no config asks for them', async () => {
    const { code, stdout } = await world.run(['doctor'], { env: { LIKENESS_EMULATOR: undefined } })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^skipped +fal +FAL_KEY is not set$/m)
  })

  it('tells a missing key from a wrong one, and warns of a secret in the file', async () => {
    const { astria, fal } = world.emulator.endpoints
    await writeFile(
      join(world.folder, 'likeness.config.json'),
      JSON.stringify({
        providers: {
          one: { adapter: 'astria', baseURL: astria.baseURL, apiKey: 'wrong-key' },
          two: { adapter: 'fal', queueURL: fal.queueURL, apiKey: 'env:MISSING' },
        },
      }),
    )
    const { code, stdout } = await world.run(['doctor'], { env: { LIKENESS_EMULATOR: undefined } })
    expect(code).toBe(3)
    expect(stdout).toMatch(/^failed +one +astria: /m)
    expect(stdout).toMatch(/^failed +two +fal: apiKey: the environment variable MISSING is not set\.$/m)
    expect(stdout).toMatch(/^warning +config +providers\.one\.apiKey holds a secret as plain text/m)
    expect(stdout).not.toContain('wrong-key')
  })

  it('notices a vendor that cannot be reached, and an empty account', async () => {
    await world.emulator.vendors.fal.goOffline()
    world.emulator.vendors.segmind.setBalance(0)
    const { code, stdout } = await world.run(['doctor'])
    expect(code).toBe(6)
    expect(stdout).toMatch(/^failed +fal /m)
    expect(stdout).toMatch(/^warning +segmind .*\$0\.00 of credits left$/m)
  })

  it('notices a clock that is wrong', async () => {
    const { code, document } = await world.run(['doctor', '--json'], { skewMs: 7_200_000 })
    expect(code).toBe(0)
    expect(document).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          subject: 'fal',
          verdict: 'warning',
          message: expect.stringMatching(/clock is [12] h \d\d min ahead of the vendor's; set it/),
        }),
      ]),
    })
  })
})

describe('help', () => {
  it.each([
    'train',
    'generate',
    'mirror',
    'preflight',
    'explain',
    'explain-train',
    'ledger',
    'import',
    'weights',
    'erase',
    'status',
    'resume',
    'cancel',
    'list',
    'remove',
    'doctor',
    'emulate',
    'demo',
  ])('has an example of %s', async (command) => {
    const { code, stdout } = await world.run([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`\\$ likeness ${command}`))
    expect(stdout).toContain('--json')
  })

  it('fits 80 columns', async () => {
    const { stdout } = await world.run(['--help'])
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})
