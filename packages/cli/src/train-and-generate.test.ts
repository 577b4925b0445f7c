import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const train = (...args: string[]) => world.run(['train', 'photos', '--subject', 'dog', '--name', 'Rex', ...args])
const portfolio = async () => JSON.parse(await readFile(join(world.folder, 'rex.portfolio.json'), 'utf8'))

describe('train', () => {
  it('trains at several providers and writes portfolio and job files', async () => {
    await world.photos(6)
    const { code, stdout, stderr } = await train('--provider', 'fal,astria,segmind')
    expect(stderr).toContain('estimate: fal: $2.00')
    expect(stderr).toMatch(/astria: accepted as \d+; \.likeness\/jobs\/fine-tune-astria-\d+\.json/)
    expect(code).toBe(0)
    const { subject, models } = await portfolio()
    expect(subject).toEqual({ className: 'dog', name: 'Rex' })
    expect(models.map((model: { provider: string }) => model.provider).sort()).toEqual(['astria', 'fal', 'segmind'])
    for (const { id } of models) expect(stdout).toContain(id)
    expect(stdout.trimEnd().endsWith('rex.portfolio.json')).toBe(true)
    const jobs = await readdir(join(world.folder, '.likeness/jobs'))
    expect(jobs).toHaveLength(3)
    for (const vendor of Object.values(world.emulator.vendors)) expect(vendor.invoice).toHaveLength(1)
  })

  it('tells once of photos that are all small', async () => {
    await world.photos(6, 'photos', 256)
    const { code, stderr } = await train('--provider', 'fal', '--trigger', 'ohwx')
    expect(code).toBe(0)
    expect(stderr.match(/^warning: .*are recommended.*$/gm)).toEqual([
      expect.stringMatching(/ \(and 5 more like it\)$/),
    ])
  })

  it('prints one JSON document, and nothing else anywhere, with --json', async () => {
    await world.photos()
    const { code, document, stderr } = await train('--provider', 'fal', '--json')
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(document).toMatchObject({
      portfolio: join(world.folder, 'rex.portfolio.json'),
      results: [{ provider: 'fal', state: 'done', model: { provider: 'fal' }, cost: { amount: 2_000_000_000 } }],
    })
  })

  it('prints events and the result as lines with --json-lines', async () => {
    await world.photos()
    const { stdout, stderr } = await train('--provider', 'fal', '--json-lines')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(stderr).toBe('')
    expect(events[0]).toMatchObject({ event: 'step', provider: 'fal' })
    expect(events.find(({ event }) => event === 'accepted')).toMatchObject({ handle: { kind: 'fine-tune' } })
    expect(events.filter(({ event }) => event === 'status').map(({ status }) => status.state)).toContain('running')
    expect(events.at(-1)).toMatchObject({ event: 'result', results: [{ state: 'done' }] })
  })

  it('keeps what succeeded when another provider fails, and says so in the exit code', async () => {
    await world.photos()
    world.emulator.vendors.fal.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const { code, stderr } = await train('--provider', 'fal,astria')
    expect(code).toBe(4)
    expect(stderr).toMatch(/^error: /m)
    expect((await portfolio()).models.map((model: { provider: string }) => model.provider)).toEqual(['astria'])
    const status = await world.run(['status', '--json'])
    expect(status.document).toMatchObject({
      jobs: expect.arrayContaining([
        expect.objectContaining({
          handle: expect.objectContaining({ provider: 'fal' }),
          outcome: expect.objectContaining({ state: 'failed' }),
        }),
      ]),
    })
  })

  it('sends nothing anywhere when one provider would refuse', async () => {
    await world.photos(2)
    const { code, stderr } = await train('--provider', 'fal,astria')
    expect(code).toBe(2)
    expect(stderr).toContain('2 images given')
    for (const vendor of Object.values(world.emulator.vendors)) expect(vendor.journal).toEqual([])
  })

  it('does not add to the portfolio of another subject', async () => {
    await world.photos()
    await train('--provider', 'astria')
    const { code, stderr } = await world.run([
      'train',
      'photos',
      '--subject',
      'cat',
      '--name',
      'Rex',
      '--provider',
      'astria',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('is the portfolio of a dog, not of a cat')
    expect(world.emulator.vendors.astria.invoice).toHaveLength(1)
  })
})

describe('agreeing to the cost', () => {
  const billed = () => world.emulator.vendors.fal.invoice.length
  const env = { LIKENESS_EMULATOR: undefined }
  const args = ['train', 'photos', '--subject', 'dog', '--provider', 'fal']
  beforeEach(async () => {
    await world.photos()
    await world.config()
  })

  it('asks a person, and takes no for an answer', async () => {
    const questions: string[] = []
    const confirm = async (question: string) => {
      questions.push(question)
      return false
    }
    const { code } = await world.run(args, { env, confirm })
    expect(questions).toEqual(['This will cost up to $2.00. Go on?'])
    expect([code, billed()]).toEqual([2, 0])
  })

  it('goes on after a yes', async () => {
    const { code } = await world.run(args, { env, confirm: async () => true })
    expect([code, billed()]).toEqual([0, 1])
  })

  it('refuses where nobody can answer, and names the flags', async () => {
    const { code, stderr } = await world.run(args, { env })
    // The last line: no field repeats what the message says.
    expect(stderr).toMatch(
      /error: This will cost .+; agree to it with --yes, or set --max-cost\. Nothing was sent\.\n$/,
    )
    expect([code, billed()]).toEqual([2, 0])
  })

  it('keeps to --max-cost', async () => {
    const { code, stderr } = await world.run([...args, '--max-cost', '1.99'], { env })
    expect(stderr).toContain('It may cost $2.00, and --max-cost is $1.99.')
    expect([code, billed()]).toEqual([2, 0])
    expect((await world.run([...args, '--max-cost', '2'], { env })).code).toBe(0)
  })
})

describe('generate', () => {
  const generate = (...args: string[]) => world.run(['generate', 'rex.portfolio.json', 'a photo of {subject}', ...args])
  beforeEach(async () => {
    await world.photos(6)
    await train('--provider', 'all')
  })

  it('saves pictures of the subject from each provider', async () => {
    const { code, stdout, stderr } = await generate('--provider', 'all', '--size', '1024x1024', '--seed', '7')
    expect(stderr).toContain('estimate: fal: $0.035')
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      const [path = ''] = line.split(/\s{2,}/)
      expect(path).toMatch(/^pictures\/(astria|fal|segmind)-[\w-]+-1\.(jpg|png|webp)$/)
      expect((await stat(join(world.folder, path))).size).toBeGreaterThan(1_000)
    }
    for (const { jobs } of Object.values(world.emulator.vendors)) {
      expect(jobs.find(({ kind }) => kind === 'generation')?.appliedFineTunes).toHaveLength(1)
    }
  })

  it('sends several requests where a provider makes fewer pictures in one, with seeds that go on', async () => {
    const { code, document } = await generate('--provider', 'segmind', '-n', '3', '--seed', '10', '--json')
    expect(code).toBe(0)
    expect(document).toMatchObject({ results: [{ state: 'done', images: [{}, {}, {}], failures: [] }] })
    const { stderr } = await generate('--provider', 'segmind', '-n', '3', '--max-cost', '0.1')
    expect(stderr).toMatch(/^estimate: segmind: \$0\.18 \(/m)
    expect(stderr).toContain('It may cost $0.18, and --max-cost is $0.10.')
    const bodies = world.emulator.vendors.segmind.journal
      .filter(({ operation }) => operation === 'generation.submit')
      .map(({ body }) => JSON.stringify(body))
    expect(bodies).toHaveLength(3)
    for (const seed of [10, 11, 12]) expect(bodies.filter((body) => body.includes(`"seed":${seed}`))).toHaveLength(1)
  })

  it('uses the only provider of the portfolio where none is named', async () => {
    await world.run(['train', 'photos', '--subject', 'dog', '--name', 'solo', '--provider', 'astria'])
    const { code, stdout } = await world.run(['generate', 'solo.portfolio.json', 'a {subject}', '--out', 'elsewhere'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^elsewhere\/astria-/)
  })

  it('warns of a prompt that does not name the subject', async () => {
    const { code, stderr } = await world.run(['generate', 'rex.portfolio.json', 'a dog', '--provider', 'fal'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'warning: fal: prompt: The prompt does not say {subject}; the picture may not show the subject.',
    )
  })
})
