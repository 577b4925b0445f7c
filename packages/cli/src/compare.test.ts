import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
  // Neither weights nor their absence on this machine may change what is tested.
  vi.stubEnv('XDG_CACHE_HOME', join(world.folder, 'cache'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await world.close()
})

/** Two vendors, two prompts, one seed: 2 trainings, 4 pictures and a warm-up. */
const plan = {
  version: 1,
  subjects: { pip: { className: 'robot', kind: 'product', images: ['photos'] } },
  vendors: {
    fal: { provider: 'fal', fineTune: { trigger: 'ohwx' }, warmUp: 1 },
    astria: { provider: 'astria', fineTune: { trigger: 'ohwx' } },
  },
  prompts: [
    { id: 'beach', prompt: '{subject} on a beach' },
    { id: 'table', prompt: '{subject} on a table' },
  ],
  seeds: [7],
  sizes: ['256x256'],
  budget: { limitUSD: 20 },
}

async function writePlan(changes: object = {}, name = 'compare.json'): Promise<void> {
  await world.photos(6, 'photos', 512)
  await world.write(name, JSON.stringify({ ...plan, ...changes }))
}

const vendors = () => Object.values(world.emulator.vendors)
const requests = () => vendors().reduce((sum, { journal }) => sum + journal.length, 0)
const billed = (vendor: 'fal' | 'astria') =>
  world.emulator.vendors[vendor].invoice.filter(({ status }) => status === 'billed')
const invoiced = () => [...billed('fal'), ...billed('astria')].reduce((sum, { amount }) => sum + amount, 0)
const inFolder = () => readdir(world.folder)

const resultSchema = z.object({
  folder: z.string(),
  run: z.object({ complete: z.boolean(), emulated: z.boolean(), spent: z.int() }),
  answer: z.array(z.string()),
  vendors: z.array(z.object({ name: z.string(), missing: z.int() })),
  report: z.object({ html: z.string(), json: z.string(), markdown: z.string() }),
  baseline: z.object({ regressions: z.array(z.unknown()) }).optional(),
})

/** A line of `attempts.jsonl`: what of it a picture is known by. */
const madeSchema = z.object({
  key: z.string().optional(),
  images: z.array(z.object({ sha256: z.string() })).optional(),
})

/** Scoring takes its time, and has tests of its own. */
async function compare(...args: string[]) {
  return world.run(['compare', '--no-score', ...args])
}

async function compared(...args: string[]) {
  const { code, document, stderr } = await compare(...args, '--json')
  return { code, stderr, result: resultSchema.parse(document) }
}

describe('compare --dry-run', () => {
  it('tells the exact number of paid calls and their cost, sends nothing, and leaves nothing', async () => {
    await writePlan()
    const before = await inFolder()
    const { code, document } = await compare('--dry-run', '--json')
    expect(code).toBe(0)
    expect(document).toMatchObject({
      dryRun: true,
      calls: { fineTune: 2, generation: 4, warmUp: 1, total: 7 },
      unpriced: 0,
      budget: { limit: 20_000_000_000 },
      vendors: [
        { name: 'fal', calls: { fineTune: 1, generation: 2, warmUp: 1 } },
        { name: 'astria', calls: { fineTune: 1, generation: 2, warmUp: 0 } },
      ],
    })
    expect(requests()).toBe(0)
    expect(await inFolder()).toEqual(before)
  })

  it('shows people a table, and counts a shared training once', async () => {
    await writePlan({ vendors: { ...plan.vendors, 'fal-long': { ...plan.vendors.fal, generate: { steps: 40 } } } })
    const { code, stdout, stderr } = await compare('--dry-run')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^vendor +provider +fine-tune +generation +warm-up +cost\n/)
    expect(stdout).toMatch(/^fal-long +fal +as fal +2 +1 +\$/m)
    expect(stdout).toMatch(/^total +2 +6 +2 +\$[\d.]+ to \$[\d.]+ for 10 paid requests$/m)
    expect(stdout).toContain('budget: $20.00\nNothing was sent.\n')
    expect(stderr).toContain('warning: plan: prompts: No vendor can be called better with 2: it takes at least 6')
  })

  it('prices a router by what its members would do', async () => {
    await world.write(
      'likeness.config.json',
      JSON.stringify({
        providers: { fal: { adapter: 'fal' }, astria: { adapter: 'astria' } },
        routers: { best: { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] } },
      }),
    )
    await writePlan({ vendors: { best: { provider: 'best', fineTune: { trigger: 'ohwx' } } } })
    expect((await compare('--dry-run', '--json')).document).toMatchObject({ calls: { total: 3 }, unpriced: 0 })
  })
})

describe('compare', { timeout: 120_000 }, () => {
  it('pays for what was told, once, and leaves a run with its report', async () => {
    await writePlan()
    const { code, stdout, stderr } = await world.run(['compare', '--run', 'runs/first'])
    expect([code, stderr.includes('error')]).toEqual([0, false])
    expect([billed('fal').length, billed('astria').length]).toEqual([4, 3])
    expect(stderr).toMatch(/all vendors: 7 of 7 · \$[\d.]+ spent\n/)
    expect(stderr).toContain('scoring: 4 of 4')
    // Once: the answer says it.
    expect(`${stdout}${stderr}`.match(/likeness models pull/g)).toHaveLength(1)
    expect(stdout).toMatch(/emulated/)
    expect(stdout).toMatch(/^vendor +usable pictures +cost per picture/m)
    expect(stdout).toMatch(/\nReport: runs\/first\/report\.html\n$/)
    const page = await readFile(join(world.folder, 'runs/first/report.html'), 'utf8')
    expect(page).toContain('<html lang="en"')
    expect((await readdir(join(world.folder, 'runs/first'))).sort()).toEqual([
      'attempts.jsonl',
      'images',
      'measurements.jsonl',
      'photos',
      'photos.json',
      'plan.json',
      'report.html',
      'report.json',
      'report.md',
    ])
  })

  it('prints the essentials as one document, and its spending is that of the invoice and of the ledger', async () => {
    await writePlan()
    const { code, result } = await compared()
    expect(code).toBe(0)
    expect(result.folder).toMatch(/runs\/compare-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/)
    expect(result.run).toMatchObject({ complete: true, emulated: true, spent: invoiced() })
    expect(result.vendors).toEqual([
      { name: 'fal', missing: 0 },
      { name: 'astria', missing: 0 },
    ])
    const { stdout } = await world.run(['ledger', '--by', 'run'])
    expect(stdout).toContain(basename(result.folder))
    const { document } = await world.run(['ledger', '--by', 'run', '--json'])
    expect(JSON.stringify(document)).toContain(`"settled":${invoiced()}`)
  })

  it('pays for nothing when it is called again, and reads votes and scores anew', async () => {
    await writePlan()
    await compared('--run', 'runs/first')
    const before = requests()
    await world.write('likeness.config.json', '{ "broken"')
    const { code, result } = await compared('--run', 'runs/first', '--report', 'elsewhere')
    expect([code, requests()]).toEqual([0, before])
    expect(result.report.html).toBe(join(world.folder, 'elsewhere', 'report.html'))
  })

  it('tells once that pictures do not show the subject', async () => {
    await writePlan()
    await compare('--run', 'runs/first')
    const attempts = (await readFile(join(world.folder, 'runs/first/attempts.jsonl'), 'utf8')).trim().split('\n')
    const scorer = { scorer: 'likeness-object', subject: 'pip', fingerprint: 'a' }
    const strangers = attempts
      .map((line) => madeSchema.parse(JSON.parse(line)))
      .flatMap(({ key, images: [image] = [] }) => (key === undefined || image === undefined ? [] : [{ key, ...image }]))
      .map((made) => ({ type: 'picture', ...scorer, ...made, readings: { likeness: { state: 'measured', value: 0 } } }))
    const measurements = [{ type: 'scorer', ...scorer, models: [], references: {}, notes: [] }, ...strangers]
    await world.write('runs/first/measurements.jsonl', measurements.map((line) => JSON.stringify(line)).join('\n'))
    const { stdout } = await compare('--run', 'runs/first')
    expect(stdout.match(/^astria: The pictures do not show pip/gm)).toHaveLength(1)
  })

  it('goes on where a killed process stopped, and repeats nothing that was paid for', async () => {
    await writePlan()
    await compared('--run', 'runs/first')
    const path = join(world.folder, 'runs/first/attempts.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    // As if it had been killed right after the first picture was accepted.
    const upTo = lines.findIndex((line) => line.includes('"accepted"') && line.includes('generation/'))
    await writeFile(path, `${lines.slice(0, upTo + 1).join('\n')}\n`)
    const kept = lines.slice(0, upTo + 1).filter((line) => line.includes('"intent"')).length
    const before = billed('fal').length + billed('astria').length
    // The originals are gone; the run keeps its own.
    await rm(join(world.folder, 'photos'), { recursive: true })

    const dry = await compare('--run', 'runs/first', '--dry-run', '--json')
    expect(dry.document).toMatchObject({ calls: { fineTune: 0 } })
    const { code, stderr } = await compare('--run', 'runs/first')
    expect([code, stderr.includes('error')]).toEqual([0, false])
    expect(stderr).toMatch(
      /going on: \d of 7 paid requests are sent, \$[\d.]+ spent \(\$[\d.]+ at most\); \d are left\./,
    )
    // Each of the rest is paid for once; what has an intent and no outcome may be unknown, and is never sent again.
    expect(billed('fal').length + billed('astria').length - before).toBeLessThanOrEqual(7 - kept)
  })

  it('asks first, and sends nothing without a yes', async () => {
    await writePlan()
    const real = { LIKENESS_EMULATOR: '0', FAL_KEY: 'k', ASTRIA_API_KEY: 'k' }
    await world.config()
    const questions: string[] = []
    const confirm = async (question: string) => {
      questions.push(question)
      return false
    }
    const asked = await world.run(['compare'], { env: real, confirm })
    expect([asked.code, asked.stderr.split('\n').at(-2)]).toEqual([2, 'error: Not agreed to. Nothing was sent.'])
    expect(questions).toEqual([expect.stringMatching(/^This will cost up to \$[\d.]+\. Go on\?$/)])
    const alone = await world.run(['compare'], { env: real })
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining('agree to it with --yes. Nothing was sent.'),
    ])
    expect([requests(), (await inFolder()).includes('runs')]).toEqual([0, false])
  })

  it('asks about a judge too, who is paid also where the vendors are emulated', async () => {
    await writePlan({ scorers: { judge: { model: 'some/model', costPerCallUSD: 0.01, limitUSD: 0.5 } } })
    const dry = await compare('--dry-run')
    expect(dry.stdout).toContain('judge some/model: up to $0.50 besides; photos and pictures are sent there\n')
    const { code, stderr } = await world.run(['compare'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('This will cost up to $0.50; agree to it with --yes.')])
    expect([requests(), (await inFolder()).includes('runs')]).toEqual([0, false])
  })

  it('misses a key before the run begins', async () => {
    await writePlan()
    const { code, stderr } = await world.run(['compare', '--yes'], { env: { LIKENESS_EMULATOR: '0' } })
    expect([code, stderr]).toEqual([3, expect.stringContaining('FAL_KEY is not set')])
    expect(await inFolder()).not.toContain('runs')
  })

  it('does not go on at an emulator that has ended, nor at real vendors', async () => {
    await writePlan()
    await compared('--run', 'runs/first')
    const path = join(world.folder, 'runs/first/attempts.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await writeFile(path, `${lines.slice(0, 6).join('\n')}\n`)
    const before = requests()
    const run = (emulator: string) =>
      world.run(['compare', '--run', 'runs/first', '--yes'], {
        env: { LIKENESS_EMULATOR: emulator, FAL_KEY: 'k', ASTRIA_API_KEY: 'k' },
      })
    expect(await run('1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it cannot go on. Nothing was sent.'),
    })
    expect(await run('0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was begun with emulated vendors'),
    })
    expect(requests()).toBe(before)
  })

  it('keeps going when a vendor is down, and says what is left', async () => {
    await writePlan()
    world.emulator.vendors.fal.fault({ times: Number.MAX_SAFE_INTEGER, fault: { type: 'unavailable' } })
    const { code, stderr } = await compare('--run', 'runs/first')
    expect(code).toBe(6)
    expect(stderr).toMatch(/^not done: .*fal/m)
    expect(billed('astria')).toHaveLength(3)
    expect(billed('fal')).toHaveLength(0)
  })

  it('tells what got worse than in an earlier run, with exit code 4', async () => {
    await writePlan()
    await compared('--run', 'runs/before')
    const same = await compared('--run', 'runs/before', '--against', 'runs/before')
    expect([same.code, same.result.baseline?.regressions]).toEqual([0, []])

    await writePlan({ vendors: { ...plan.vendors, fal: { ...plan.vendors.fal, generate: { steps: 4 } } } })
    const path = join(world.folder, 'runs/before/attempts.jsonl')
    // The same pictures once cost a tenth of it.
    const cheap = (await readFile(path, 'utf8')).replaceAll(/"amount":(\d+)0,"currency"/g, '"amount":$1,"currency"')
    await writeFile(path, cheap)
    const worse = await compare('--run', 'runs/after', '--against', 'runs/before')
    expect(worse.code).toBe(4)
    expect(worse.stdout).toMatch(/Against the run [\w-]+:\n.*picture costs/s)
    const nowhere = await compare('--run', 'runs/third', '--against', 'runs/none')
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('runs/none/plan.json is missing')])

    const begun = join(world.folder, 'runs/before/plan.json')
    const text = await readFile(begun, 'utf8')
    const sent = requests()
    await writeFile(begun, text.replace('"emulated": true', '"emulated": false'))
    const real = await compare('--run', 'runs/third', '--against', 'runs/before')
    expect([real.code, real.stderr]).toEqual([2, expect.stringContaining('the baseline had real vendors')])
    expect(requests()).toBe(sent)
    // A check that finds nothing to compare must not pass.
    await writeFile(begun, text.replaceAll(/"className": "[^"]+"/g, '"className": "lamp"'))
    const nothing = await compare('--run', 'runs/after', '--against', 'runs/before')
    expect([nothing.code, nothing.stdout]).toEqual([4, expect.stringContaining('Nothing could be compared.')])
    expect(await readdir(join(world.folder, 'runs'))).toEqual(['after', 'before'])
  })

  it('writes no config where nothing can be recommended, and says why', async () => {
    await writePlan()
    // What an earlier comparison wrote may be replaced.
    const earlier = '# What the comparison 1 supports\nrouters:\n  "compared":\n    strategy: { mode: single }\n'
    await world.write('router.yaml', earlier)
    const { code, stdout, stderr } = await compare('--run', 'runs/first', '--emit-config', 'router.yaml')
    expect([code, stdout.includes('Report: ')]).toEqual([4, true])
    expect(stderr).toMatch(/error: No config can be written: /)
    expect(await readFile(join(world.folder, 'router.yaml'), 'utf8')).toBe(earlier)
  })

  it('never writes a config over one that a person wrote, and says so before anything is paid', async () => {
    await writePlan()
    const own = 'providers: { fal: { adapter: fal } }\n'
    await world.write('likeness.config.yaml', own)
    await mkdir(join(world.folder, 'folder'))
    // A person went on with what an earlier comparison wrote.
    await world.write('router.yaml', `# What the comparison 1 supports\nrouters: {}\ndefault: main\n`)
    for (const [file, why] of [
      ['likeness.config.yaml', 'is there already, and holds more than such a router'],
      ['router.yaml', 'is there already, and holds more than such a router'],
      ['folder', 'cannot be written'],
    ]) {
      const { code, stderr } = await compare('--run', 'runs/first', '--emit-config', `${file}`)
      expect([code, stderr]).toEqual([2, expect.stringContaining(`error: --emit-config: ${file} ${why}.`)])
    }
    expect(requests()).toBe(0)
    expect(await readFile(join(world.folder, 'likeness.config.yaml'), 'utf8')).toBe(own)
  })
})

describe('a plan', { timeout: 60_000 }, () => {
  const refused = async (name: string, content: string, ...args: string[]) => {
    await world.write(name, content)
    const { code, stderr } = await world.run(['compare', ...args])
    expect([code, requests()]).toEqual([2, 0])
    return stderr.replaceAll(world.folder, '.')
  }

  it('is refused with the line and column of each field that is wrong', async () => {
    const text = `version: 1
subjects:
  pip: { className: robot, images: [photos], colour: red }
vendors:
  fal.one: { provider: fal, generate: { step: 3 } }
  astria: { provider: astria, preset: fast }
prompts:
  - { id: a, prompt: a photo }
seeds: [-1]
budget: { limitUSD: lots }
`
    expect(
      await refused('compare.yaml', text),
    ).toBe(`error: ./compare.yaml:3:46: subjects.pip.colour: unknown option; allowed are className, kind, name, images, heldOut, portfolio
./compare.yaml:5:41: vendors.fal.one.generate.step: unknown option; allowed are steps, guidanceScale, strength, format, negativePrompt, providerOptions, onUnsupported
./compare.yaml:8:14: prompts.0.prompt: must say {subject}, which stands for the trained thing (given: "a photo")
./compare.yaml:9:9: seeds.0: must be at least 0 (given: -1)
./compare.yaml:10:11: budget.limitUSD: must be an amount in US dollars (given: "lots")
`)
  })

  it('is told what is missing, and is told once where it cannot be read', async () => {
    const text =
      'version: 1\nsubjects: { pip: { className: robot, images: [photos] } }\nvendors: { fal: { provider: fal } }\n'
    expect(await refused('compare.yaml', `${text}prompts: [a photo]\nseeds: [1]\n`)).toBe(
      `error: ./compare.yaml:4:11: prompts.0: must hold options by name: id, prompt, negativePrompt (given: "a photo")
./compare.yaml:1:1: budget: is missing; it must hold options by name: limitUSD, unpriced
`,
    )
    const broken = await refused('compare.yaml', `${text}prompts: [\n`)
    expect(broken).toMatch(/^error: \.\/compare\.yaml:5:1: not YAML: [^\n]+\n$/)
    const { document } = await compare('--json')
    expect(document).toMatchObject({ error: { fields: [{ field: 'plan' }] } })
  })

  it('names a preset, a provider or a budget that does not fit, where it stands', async () => {
    await world.photos(6)
    const yaml = (vendor: string, limit = 20) => `version: 1
subjects: { pip: { className: robot, images: [photos] } }
vendors:
  main: ${vendor}
prompts: [{ id: a, prompt: '{subject}' }]
seeds: [1]
budget:
  limitUSD: ${limit}
`
    const one = await refused('compare.yaml', yaml('{ provider: fal, preset: fast }'))
    expect(one).toMatch(/^error: \.\/compare\.yaml:4:26: vendors\.main\.preset: names no preset/)
    const two = await refused('compare.yaml', yaml('{ provider: nobody }'))
    expect(two).toBe(
      'error: ./compare.yaml:4:11: vendors.main.provider: there is no provider nobody; there are astria, fal, segmind\n',
    )
    const three = await refused('compare.yaml', yaml('{ provider: fal }', 0.01))
    expect(three).toMatch(
      /^error: \.\/compare\.yaml:7:1: budget: The plan may cost \$[\d.]+; its budget is \$0\.01\.\n/,
    )
    const four = await refused('compare.yaml', yaml('{ provider: fal, generate: { steps: 4000 } }'))
    expect(four).toMatch(/^error: \.\/compare\.yaml:4:3: vendors\.main: .*steps/)
  })

  it('is looked for in the working folder, where there may be one', async () => {
    const none = await world.run(['compare'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no compare.yaml, compare.yml')])
    const nowhere = await world.run(['compare', '--run', 'runs/none'])
    expect(nowhere.stderr).toMatch(/runs\/none holds no run, and there is no compare\.yaml/)
    await writePlan()
    await writePlan({}, 'compare.yaml')
    const several = await world.run(['compare'])
    expect([several.code, several.stderr]).toEqual([
      2,
      expect.stringContaining('holds several: compare.yaml, compare.json'),
    ])
    const named = await world.run(['compare', 'none.yaml'])
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('there is no file')])
  })

  it('may be a program', async () => {
    await writePlan()
    await rm(join(world.folder, 'compare.json'))
    await world.write('compare.ts', `export default ${JSON.stringify(plan)}`)
    expect((await compare('--dry-run', '--json')).document).toMatchObject({ calls: { total: 7 } })
  })

  it('is that of its run', async () => {
    await writePlan()
    await compared('--run', 'runs/first')
    await writePlan({ seeds: [8] })
    const { code, stderr } = await compare('compare.json', '--run', 'runs/first')
    expect([code, stderr]).toEqual([2, expect.stringContaining('is the plan of another run')])
  })

  it('goes with a threshold only where there is a run to compare with', async () => {
    await writePlan()
    expect(await compare('--threshold', '0.1')).toMatchObject({ code: 2, stderr: expect.stringContaining('--against') })
    expect(await compare('--threshold', '7')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('share from 0 to 1'),
    })
    expect(requests()).toBe(0)
  })
})

describe('models', () => {
  const cache = () => ({ env: { XDG_CACHE_HOME: join(world.folder, 'cache') } })

  it('lists what is missing from an empty cache, and how to fetch it', async () => {
    const { code, stdout, stderr } = await world.run(['models'], cache())
    expect(code).toBe(0)
    expect(stdout).toMatch(/^resnet50 .* MIT +102 MB +missing$/m)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(join(world.folder, 'cache/likeness/models'))
    expect(stderr).toBe('To fetch what is missing: likeness models pull\n')
    expect(await inFolder()).toEqual([])
  })

  it('verifies with exit code 4 where weights are missing or changed', async () => {
    const { code, document } = await world.run(['models', 'verify', 'sface', '--json'], cache())
    expect([code, document]).toEqual([
      4,
      expect.objectContaining({ models: [expect.objectContaining({ state: 'missing' })] }),
    ])
    await mkdir(join(world.folder, 'cache/likeness/models'), { recursive: true })
    await world.write('cache/likeness/models/sface.onnx', 'other bytes')
    const changed = await world.run(['models', 'verify', 'sface'], cache())
    expect([changed.code, changed.stderr]).toEqual([4, expect.stringContaining('sface: not the bytes that are pinned')])
  })

  it('refuses names there are none of', async () => {
    const { code, stderr } = await world.run(['models', 'pull', 'clip'])
    expect([code, stderr]).toEqual([
      2,
      'error: model: there is no model clip; there are blazeface-back, sface, resnet50.\n',
    ])
  })
})
