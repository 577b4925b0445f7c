import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pngHead } from '../test/photos.js'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const direct = { env: { LIKENESS_EMULATOR: undefined } }
const train = (provider: string, ...args: string[]) =>
  world.run(['train', 'photos', '--subject', 'dog', '--provider', provider, ...args])

const keyVariables: Record<string, string> = {
  astria: 'ASTRIA_API_KEY',
  fal: 'FAL_KEY',
  segmind: 'SEGMIND_API_KEY',
}

/** Root may read everything, so it steps down for the while. */
async function asUnprivileged<Value>(work: () => Promise<Value>): Promise<Value> {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

/** Nothing paid may have been sent for bad input. */
function expectNothingPaid() {
  for (const { journal, jobs, invoice } of Object.values(world.emulator.vendors)) {
    expect(journal.filter(({ paid, authenticated }) => paid && authenticated)).toEqual([])
    expect([...jobs, ...invoice]).toEqual([])
  }
}

describe('keys', () => {
  it('names the variable of a missing key', async () => {
    await world.photos()
    const { code, stderr } = await world.run(
      ['train', 'photos', '--subject', 'dog', '--provider', 'fal', '--yes'],
      direct,
    )
    expect(code).toBe(3)
    expect(stderr).toContain('error: fal: apiKey: the environment variable FAL_KEY is not set.')
    expect(stderr).toContain('hint: Set it: export FAL_KEY=...')
  })

  it('names the variable that the config refers to', async () => {
    await world.photos()
    await world.config({ apiKey: 'env:MY_OWN_KEY' })
    const { code, stderr } = await train('astria', '--yes')
    expect(code).toBe(0)
    const missing = await world.run(['train', 'photos', '--subject', 'dog', '--provider', 'astria', '--yes'], direct)
    expect(missing.code).toBe(3)
    expect(missing.stderr).toContain('the environment variable MY_OWN_KEY is not set')
    expect(stderr).not.toContain('MY_OWN_KEY')
  })

  it.each(['astria', 'fal', 'segmind'])('says that %s refuses a wrong key, and never shows it', async (provider) => {
    await world.photos(6)
    await world.config({ apiKey: 'wrong-key-0123456789' })
    const { code, stderr, stdout } = await world.run(
      ['train', 'photos', '--subject', 'dog', '--provider', provider, '--yes', '--debug'],
      direct,
    )
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`^error: ${provider}: .*\\nhint: .*${keyVariables[provider]}`, 'm'))
    expect(stderr + stdout).not.toContain('wrong-key-0123456789')
    expectNothingPaid()
  })
})

describe('photos', () => {
  it('names an empty folder', async () => {
    await mkdir(join(world.folder, 'photos'))
    const { code, stderr } = await train('fal')
    expect(code).toBe(2)
    expect(stderr).toBe(`error: images.0: the folder ${world.folder}/photos holds no images (jpg, png, webp, ...)\n`)
  })

  it('names a file that is not there', async () => {
    const { code, stderr } = await train('fal')
    expect(code).toBe(2)
    expect(stderr).toBe(`error: images.0: there is no file or folder ${world.folder}/photos\n`)
  })

  it('names an unreadable file', async () => {
    const folder = await world.photos()
    await chmod(world.folder, 0o777)
    await chmod(join(folder, '002.png'), 0o000)
    const { code, stderr } = await asUnprivileged(() => train('fal'))
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: images\.0 \(.*002\.png\): cannot be read: EACCES/)
  })

  it('names an empty file', async () => {
    await writeFile(join(await world.photos(), 'nothing.jpg'), '')
    const { code, stderr } = await train('fal')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: images\.0 \(.*nothing\.jpg\): is an empty file, not an image\n$/)
  })

  it('knows a PDF that is called .jpg', async () => {
    const folder = await world.photos()
    await writeFile(join(folder, 'cv.jpg'), '%PDF-1.7\n%binary')
    const { code, stderr } = await train('fal')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: images\.0 \(.*cv\.jpg\): is a PDF document, not an image\n$/)
  })

  it.each(['astria', 'fal', 'segmind'])('notices a picture of 20000 pixels for %s', async (provider) => {
    const folder = await world.photos(6)
    await writeFile(join(folder, 'huge.png'), pngHead(20_000, 20_000))
    const { stdout } = await world.run(['preflight', 'photos', '--provider', provider])
    expect(stdout).toMatch(
      /warning +huge\.png: is 20000x20000; more than 8192 pixels a side do not help and may be refused/,
    )
  })

  it('refuses one picture where more are needed, before anything is sent', async () => {
    await world.photos(1)
    const { code, stderr } = await train('astria')
    expect(code).toBe(2)
    expect(stderr).toBe(
      'error: The images (astria) would be refused: 1 images given, at least 4 are needed.\nhint: Nothing was sent. `likeness preflight` lists all problems.\n',
    )
    expectNothingPaid()
  })

  it('refuses 500 pictures where fewer are taken, and warns where fewer are better', async () => {
    await world.photos(500, 'photos', 512)
    const { code, stdout } = await world.run(['preflight', 'photos', '--provider', 'all'])
    expect(code).toBe(2)
    expect(stdout).toMatch(/^astria +ok .*\n +warning +500 images given, 4 to 20 are recommended$/m)
    expect(stdout).toMatch(/^segmind +refused .*\n +error +500 images given, at most 20 are taken$/m)
    const { stderr } = await train('segmind')
    expect(stderr).toContain('error: The images (segmind) would be refused: 500 images given, at most 20 are taken.')
    expectNothingPaid()
  })
})

describe('requests', () => {
  beforeEach(() => world.photos(6))

  it('refuses a class name that is not English at Astria, before anything is sent', async () => {
    const { code, stderr } = await world.run(['train', 'photos', '--subject', 'собака', '--provider', 'astria'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/className/)
    expectNothingPaid()
  })

  it('names an unknown provider and those there are', async () => {
    const { code, stderr } = await train('midjourney')
    expect(code).toBe(2)
    expect(stderr).toBe('error: provider: there is no provider midjourney; there are astria, fal, segmind.\n')
  })

  it('asks for a provider where none is named', async () => {
    const { code, stderr } = await world.run(['train', 'photos', '--subject', 'dog'])
    expect(code).toBe(2)
    expect(stderr).toContain('error: provider: say which with --provider: astria, fal, segmind')
  })

  it('names an unknown flag', async () => {
    const { code, stderr } = await train('fal', '--stepps', '10')
    expect(code).toBe(2)
    expect(stderr).toBe("error: unknown option '--stepps'\n(Did you mean --steps?)\n")
  })

  it('names an unknown option of a vendor and those it has', async () => {
    const { code, stderr } = await train('fal', '--option', 'fal.trainr=x')
    expect(code).toBe(2)
    expect(stderr).toMatch(/trainr/)
    expect(stderr).toMatch(/trainer/)
    expectNothingPaid()
  })

  it('prints usage errors as JSON with --json', async () => {
    const { code, document, stderr } = await world.run(['train', 'photos', '--json'])
    expect(code).toBe(2)
    expect(stderr).toBe('')
    expect(document).toEqual({
      error: { kind: 'invalid-request', message: "required option '--subject <class>' not specified" },
    })
  })
})

describe('pictures', () => {
  const generate = (...args: string[]) =>
    world.run(['generate', 'dog.portfolio.json', 'a photo of {subject}', '--provider', 'fal', ...args])
  beforeEach(async () => {
    await world.photos(6)
    await train('fal')
  })
  const generations = () =>
    Object.values(world.emulator.vendors).flatMap(({ jobs }) => jobs.filter(({ kind }) => kind === 'generation'))

  it.each([
    [['-n', '0'], 'n must be at least 1 (given: 0)'],
    [['-n', '1.5'], 'n must be a whole number (given: 1.5)'],
    [['-n', '101'], 'n must be at most 100 (given: 101)'],
    [['--size', 'abc'], 'size must look like 1024x768 (width x height in pixels) (given: "abc")'],
    [['--aspect-ratio', 'wide'], 'aspectRatio must look like 16:9 (width:height) (given: "wide")'],
    [['--seed', '-1'], 'seed'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await generate(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(`error: Invalid request: ${message}`)
    expect(generations()).toEqual([])
  })

  it('refuses a count that is no number', async () => {
    const { code, stderr } = await generate('-n', 'many')
    expect(code).toBe(2)
    expect(stderr).toBe("error: option '-n, --n <count>' argument 'many' is invalid. It must be a number.\n")
  })

  it('refuses a portfolio that is not there, that is no JSON, and that is none', async () => {
    const run = (file: string) => world.run(['generate', file, 'a {subject}', '--provider', 'fal'])
    await world.write('broken.json', '{"version": 1,')
    await world.write('other.json', '{"name": "x"}')
    expect(await run('none.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no file') })
    expect(await run('broken.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('is not JSON') })
    const other = await run('other.json')
    expect(other.code).toBe(2)
    expect(other.stderr).toContain(
      'is no portfolio file: version must be 1; subject must hold options by name; models must be a list.',
    )
  })

  it('refuses a provider that has no model of the subject', async () => {
    const { code, stderr } = await world.run(['generate', 'dog.portfolio.json', 'a {subject}', '--provider', 'astria'])
    expect(code).toBe(2)
    expect(stderr).toContain('astria has no usable model of dog')
    expect(generations()).toEqual([])
  })

  it('says that a model has expired, with its date', async () => {
    const path = join(world.folder, 'dog.portfolio.json')
    const portfolio = JSON.parse(await readFile(path, 'utf8'))
    portfolio.models[0].expiresAt = '2025-12-01T00:00:00.000Z'
    await writeFile(path, JSON.stringify(portfolio))
    const { code, stderr } = await generate()
    expect(code).toBe(4)
    expect(stderr).toContain('expired on 2025-12-01T00:00:00.000Z')
    expect(stderr).toContain('hint: Train the subject at fal first')
    expect(generations()).toEqual([])
  })
})
