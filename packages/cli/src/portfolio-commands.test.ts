import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { portfolioSchema } from '@likeness/core/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.photos(6)
})
afterEach(() => world.close())

const read = async (name: string) => JSON.parse(await readFile(join(world.folder, name), 'utf8'))
const portfolio = async () => portfolioSchema.parse(await read('rex.portfolio.json'))
const trainedAt = async () => (await portfolio()).models.map(({ provider }) => provider).sort()
const subject = ['--subject', 'dog', '--name', 'Rex']
const mirror = (...args: string[]) => world.run(['mirror', 'photos', ...subject, ...args])
const paid = () => Object.values(world.emulator.vendors).flatMap(({ journal }) => journal.filter((entry) => entry.paid))
const billed = () => Object.values(world.emulator.vendors).flatMap(({ invoice }) => invoice)

const mirrored = z.object({
  outcomes: z.array(z.object({ provider: z.string(), state: z.string() })),
  open: z.array(z.string()),
})

describe('mirror', () => {
  it('warns before any money moves, and only once', async () => {
    await world.photos(6, 'photos', 256)
    const { code, stderr } = await mirror('--provider', 'fal', '--max-cost', '5')
    expect(code).toBe(0)
    const small = [...stderr.matchAll(/^warning: fal: images: .*are recommended.*$/gm)]
    expect(small).toHaveLength(1)
    expect(small[0]?.index).toBeLessThan(stderr.indexOf('estimate: fal'))
  })

  it('trains at every provider named, under one ledger', async () => {
    const { code, stdout } = await mirror('--provider', 'fal,astria', '--max-cost', '5')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^fal +ready +flux-1-dev .*\$2\.00/m)
    expect(stdout).toMatch(/^astria +ready +flux-1-dev .*\$3\.00/m)
    expect(await trainedAt()).toEqual(['astria', 'fal'])
    const { document } = await world.run(['ledger', '--by', 'provider', '--json'])
    expect(document).toMatchObject({
      totals: [
        { key: 'astria', settled: 3_000_000_000, count: 1 },
        { key: 'fal', settled: 2_000_000_000, count: 1 },
      ],
    })
  })

  it('trains only where there is no model yet', async () => {
    await world.run(['train', 'photos', ...subject, '--provider', 'fal'])
    const { stdout, stderr } = await mirror('--provider', 'fal,astria', '--yes')
    expect(stdout).toMatch(/^fal +skipped /m)
    expect(stderr).not.toContain('estimate: fal')
    expect(billed()).toHaveLength(2)
    const again = await mirror('--provider', 'fal,astria')
    expect([again.code, billed().length]).toEqual([0, 2])
  })

  it('sends nothing anywhere when one would refuse, unless it may be left out', async () => {
    const two = join(world.folder, 'two')
    await world.photos(2, 'two')
    const args = ['mirror', two, ...subject, '--provider', 'astria,segmind', '--yes']
    const { code, stderr } = await world.run(args)
    expect(code).toBe(2)
    expect(stderr).toContain('2 images given, at least 4 are needed')
    expect(paid()).toEqual([])
    const both = await world.run(['mirror', two, ...subject, '--provider', 'astria,fal', '--yes'])
    expect(both.stderr).toContain('hint: Nothing was sent to any provider. --skip-refused goes on with the others.')
    const without = await world.run([...args, '--skip-refused', '--trigger', 'ohwx'])
    expect(without.stdout).toMatch(/^astria +refused/m)
    expect(without.stdout).toMatch(/^segmind +ready /m)
    expect(without.stderr).not.toContain('estimate: astria')
    expect(billed()).toHaveLength(1)
  })

  it('keeps to --max-cost for all of them together', async () => {
    const { code, stderr } = await mirror('--provider', 'fal,astria', '--max-cost', '4.99')
    expect(code).toBe(2)
    expect(stderr).toContain('It may cost $5.00, and --max-cost is $4.99.')
    expect(paid()).toEqual([])
  })

  it('keeps what succeeded when one fails', async () => {
    world.emulator.vendors.fal.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const { code, document } = await mirror('--provider', 'fal,astria', '--json', '--yes')
    expect(code).toBe(4)
    expect(document).toMatchObject({
      outcomes: [
        { provider: 'fal', state: 'failed', error: { kind: 'job-failed' } },
        { provider: 'astria', state: 'ready' },
      ],
    })
    expect(await trainedAt()).toEqual(['astria'])
  })

  it('ends with the first that is ready; the others are resumed from their files', async () => {
    const first = await mirror('--provider', 'fal,astria', '--mode', 'first-ready', '--json', '--yes')
    expect([first.code, first.stderr]).toEqual([0, ''])
    const { outcomes, open } = mirrored.parse(first.document)
    const ready = outcomes.filter(({ state }) => state === 'ready').map(({ provider }) => provider)
    expect(ready.length).toBeGreaterThan(0)
    expect(await trainedAt()).toEqual(ready.sort())
    expect(open).toHaveLength(2 - ready.length)
    for (const file of open) expect((await world.run(['resume', file])).code).toBe(0)
    expect(await trainedAt()).toEqual(['astria', 'fal'])
    expect(paid().filter(({ operation }) => operation === 'fine-tune.submit')).toHaveLength(2)
    const { document } = await world.run(['ledger', '--state', 'settled', '--json'])
    expect(document).toMatchObject({ entries: [{}, {}] })
  })
})

describe('import', () => {
  it('takes over a tune, which then makes pictures of the subject', async () => {
    await world.run(['train', 'photos', '--subject', 'dog', '--name', 'other', '--provider', 'astria'])
    const [{ id } = { id: '' }] = (await portfolioOf('other')).models
    const { code, stdout } = await world.run(['import', 'astria', '--id', id, ...subject])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^astria +flux-1-dev +\d+ .*\nrex\.portfolio\.json\n$/)
    await world.run(['generate', 'rex.portfolio.json', 'a {subject}', '--provider', 'astria'])
    const made = world.emulator.vendors.astria.jobs.find(({ kind }) => kind === 'generation')
    expect(made?.appliedFineTunes).toEqual([id])
    expect(billed()).toHaveLength(2)
  })

  it.each([
    [['astria', '--url', 'https://example.com/a.safetensors'], 'astria takes over models by id, not by url.'],
    [['fal'], 'reference'],
    [['nowhere', '--id', '1'], 'there is no provider nowhere; there are astria, fal, segmind'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await world.run(['import', ...args, ...subject])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(await readdir(world.folder)).not.toContain('rex.portfolio.json')
  })
})

const portfolioOf = async (name: string) => portfolioSchema.parse(await read(`${name}.portfolio.json`))

describe('weights', () => {
  it('are kept where they may leave, noted in the portfolio, and checked later', async () => {
    await mirror('--provider', 'fal,astria', '--yes')
    const { code, stdout, stderr } = await world.run(['weights', 'keep', 'rex.portfolio.json'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^note: astria /m)
    const [, sha256 = ''] = /weights\/([0-9a-f]{64})\.safetensors\n$/.exec(stdout) ?? []
    const model = (await portfolio()).models.find(({ provider }) => provider === 'fal')
    expect(model?.weights?.sha256).toBe(sha256)
    expect((await world.run(['weights', 'verify'])).code).toBe(0)
    await writeFile(join(world.folder, '.likeness/weights', `${sha256}.safetensors`), 'something else')
    const changed = await world.run(['weights', 'verify'])
    expect([changed.code, changed.stdout]).toEqual([4, expect.stringMatching(/^changed +fal +Rex /)])
  })
})

describe('erase', () => {
  beforeEach(() => mirror('--provider', 'fal,astria', '--yes'))
  const removals = () =>
    Object.values(world.emulator.vendors).flatMap(({ journal }) => journal.filter(({ method }) => method === 'DELETE'))

  it('asks first, and sends nothing in a rehearsal', async () => {
    expect(await world.run(['erase', 'rex.portfolio.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('agree to it with --yes. Nothing was sent.'),
    })
    const { code, stdout } = await world.run(['erase', 'rex.portfolio.json', '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^astria +model +planned /m)
    expect(stdout.endsWith('Nothing was deleted.\n')).toBe(true)
    expect(removals()).toEqual([])
    expect(await trainedAt()).toEqual(['astria', 'fal'])
  })

  it('deletes what vendors can delete, and keeps a receipt of what they cannot', async () => {
    await world.run(['generate', 'rex.portfolio.json', 'a {subject}', '--provider', 'fal,astria'])
    const { code, stdout } = await world.run(['erase', 'rex.portfolio.json', '--yes'])
    // fal's API deletes no uploads.
    expect(code).toBe(4)
    expect(stdout).toMatch(/^astria +model +deleted /m)
    expect(stdout).toMatch(/^Not complete:\n {2}fal, dataset of \S+: must be deleted by hand\./m)
    const file = stdout.trimEnd().split('\n').at(-1) ?? ''
    expect(file).toMatch(/^rex\.erased-[\dT-]+Z\.json$/)
    expect(await read(file)).toMatchObject({ subject: { name: 'Rex' }, complete: false, dryRun: false })
    expect(removals().length).toBeGreaterThan(0)
    expect(await trainedAt()).toEqual([])
  })
})
