import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type LikenessError, systemClock } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../test/world.js'
import { loadProviders } from './load-providers.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const load = (env: Record<string, string> = {}, config?: string) =>
  loadProviders({ cwd: world.folder, env, config, clock: systemClock })

async function refusal(work: () => Promise<unknown>): Promise<LikenessError> {
  return work().then(
    () => expect.fail('it was not refused'),
    (error: LikenessError) => error,
  )
}

describe('finding the config', () => {
  it('does without one: every adapter under its own name', async () => {
    const providers = await load()
    expect(providers.path).toBeUndefined()
    expect(providers.entries.map(({ name, id, keyVariable }) => [name, id, keyVariable])).toEqual([
      ['astria', 'astria', 'ASTRIA_API_KEY'],
      ['fal', 'fal', 'FAL_KEY'],
      ['segmind', 'segmind', 'SEGMIND_API_KEY'],
    ])
    expect(providers.defaults).toEqual([])
    expect((await refusal(() => providers.get())).message).toContain('say which: astria, fal, segmind')
  })

  it('does without providers in it, so that a router of a comparison is a config by itself', async () => {
    await world.write(
      'likeness.config.yaml',
      'routers:\n  best: { strategy: { mode: fallback }, targets: [{ provider: astria }, { provider: fal }] }\n',
    )
    const providers = await load()
    expect(providers.entries.map(({ name }) => name)).toEqual(['astria', 'fal', 'segmind'])
    expect((await providers.get('best')).id).toBe('best')
    await providers.close()
  })

  it('finds the nearest one upwards', async () => {
    const outer = await world.write('likeness.config.yaml', 'providers: { main: { adapter: fal } }')
    const inner = join(world.folder, 'a', 'b')
    await mkdir(inner, { recursive: true })
    expect((await loadProviders({ cwd: inner, env: {} })).path).toBe(outer)
  })

  it('refuses two in one folder, and one that is named and missing', async () => {
    await world.write('likeness.config.yaml', 'providers: { main: { adapter: fal } }')
    await world.write('likeness.config.json', '{}')
    expect((await refusal(load)).message).toContain('holds several configs: likeness.config.json, likeness.config.yaml')
    expect((await refusal(() => load({}, 'other.yaml'))).message).toBe(
      `config: there is no file ${world.folder}/other.yaml.`,
    )
  })
})

describe('what a config says', () => {
  const texts = {
    'likeness.config.yaml': 'providers:\n  main: { adapter: segmind, apiKey: "env:KEY", requestsPerMinute: 60 }\n',
    'likeness.config.json': '{"providers":{"main":{"adapter":"segmind","apiKey":"env:KEY","requestsPerMinute":60}}}',
    'likeness.config.mjs':
      'export default { providers: { main: { adapter: "segmind", apiKey: "env:KEY", requestsPerMinute: 60 } } }',
    'likeness.config.ts':
      'type Name = "segmind"\nconst adapter: Name = "segmind"\nexport default { providers: { main: { adapter, apiKey: "env:KEY", requestsPerMinute: 60 } } }',
  }
  it.each(Object.entries(texts))('is the same in %s', async (name, text) => {
    await world.write(name, text)
    const providers = await load({ KEY: 'x' })
    expect(providers.entries).toEqual([
      { name: 'main', id: 'segmind', adapter: 'segmind', keyVariable: 'KEY', literalSecrets: [] },
    ])
    const provider = await providers.get()
    expect(provider.id).toBe('segmind')
    expect(provider.fineTune?.pace).toBeTypeOf('function')
    expect(await providers.get('segmind')).toBe(provider)
  })

  it('changes the vendor of a program by an edit of the config alone', async () => {
    const ids: string[] = []
    for (const adapter of ['astria', 'fal', 'segmind']) {
      await world.write('likeness.config.yaml', `providers:\n  main:\n    adapter: ${adapter}\n    apiKey: env:KEY\n`)
      ids.push((await (await load({ KEY: 'x' })).get('main')).id)
    }
    expect(ids).toEqual(['astria', 'fal', 'segmind'])
  })

  it('lets one vendor stand in it twice, under two ids', async () => {
    const text = (id: string) => `providers:\n  one: { adapter: fal }\n  two: { adapter: fal${id} }\ndefault: two\n`
    await world.write('likeness.config.yaml', text(', id: fal-eu'))
    expect((await (await load({ FAL_KEY: 'x' })).get()).id).toBe('fal-eu')
    await world.write('likeness.config.yaml', text(''))
    expect((await refusal(load)).message).toContain(
      'likeness.config.yaml:3:3: providers.two: has the same id as providers.one (fal); give one of them an `id` of its own',
    )
  })

  it('reads a key at each call, and other references at once', async () => {
    await world.write(
      'likeness.config.yaml',
      'providers:\n  main: { adapter: fal, apiKey: "env:KEY", headers: { X-Team: "env:TEAM" } }\n',
    )
    const withoutTeam = await load({ KEY: 'x' })
    expect((await refusal(() => withoutTeam.get())).message).toBe(
      'fal: providers.main.headers.X-Team: the environment variable TEAM is not set.',
    )
    const withoutKey = await load({ TEAM: 'x' })
    const provider = await withoutKey.get()
    const error = await refusal(async () => provider.account?.check())
    expect([error.kind, error.message]).toEqual([
      'authentication',
      'fal: apiKey: the environment variable KEY is not set.',
    ])
  })
})

describe('a broken config', () => {
  it.each([
    [
      'likeness.config.yaml',
      'providers:\n  main:\n    adapter: fal\n   apiKey: x\n',
      /likeness\.config\.yaml:4:1: not YAML: /,
    ],
    [
      'likeness.config.json',
      '{\n  "providers": {\n    "main": { "adapter": "fal", }\n  }\n}',
      /config\.json:3:\d+: not JSON: /,
    ],
    ['likeness.config.json', '{\n  "providers": {\n', /config\.json:\d:\d+: not JSON: /],
    ['likeness.config.json', '{\n  // hello\n}', /config\.json:2:3: not JSON: /],
    ['likeness.config.json', '{\n  "default": ["a",]\n}', /config\.json:2:18: not JSON: /],
    ['likeness.config.json', '{\n  default: 1\n}', /config\.json:2:3: not JSON: /],
    ['likeness.config.ts', 'export default {\n  providers: {\n    main: { adapter: \n', /config\.ts:4:1: /],
    ['likeness.config.ts', 'const a = 1\n\nthrow new Error("no such luck")\n', /config\.ts:3:\d+: no such luck/],
    ['likeness.config.mjs', 'export default {\n  providers: oops,\n}\n', /config\.mjs:2:\d+: oops is not defined/],
  ])('is named with its line: %s %j', async (name, text, message) => {
    await world.write(name, text)
    const error = await refusal(load)
    expect(error.kind).toBe('invalid-request')
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
  })

  it.each([
    [
      'providers:\n  main:\n    adapter: fall\n',
      ':3:5: providers.main.adapter: must be one of astria, fal, segmind (given: "fall")',
    ],
    [
      'providers:\n  main:\n    adapter: fal\n    apikey: x\n',
      ':4:5: providers.main.apikey: unknown option; allowed are adapter, id, apiKey, headers, ',
    ],
    [
      'providers:\n  main:\n    adapter: fal\n    baseURL: https://x.y\n',
      ':4:5: providers.main.baseURL: unknown option; allowed are ',
    ],
    [
      'providers:\n  main: { adapter: astria, baseURL: localhost }\n',
      ':2:28: providers.main.baseURL: must be an http(s) URL (given: "localhost")',
    ],
    [
      'providers:\n  main: { adapter: fal }\ndefaults: main\n',
      ':3:1: defaults: unknown option; allowed are providers, routers, default, emulator, budgets, ledger, output, jobs',
    ],
    [
      'providers:\n  main: { adapter: fal }\ndefault: mian\n',
      ':3:1: default: there is no provider mian; providers are main',
    ],
    ['providers: {}\n', ':1:1: providers: must hold at least one provider'],
    ['providers:\n  main: { adapter: fal, timeoutMs: -1 }\n', ':2:25: providers.main.timeoutMs: '],
  ])('names what is wrong and what is allowed: %j', async (text, message) => {
    await world.write('likeness.config.yaml', text)
    expect((await refusal(load)).message).toContain(`likeness.config.yaml${message}`)
  })

  it('never shows a secret', async () => {
    await world.write(
      'likeness.config.yaml',
      'providers:\n  main: { adapter: fal, webhookSecret: tiny-secret, apiKey: [hush-hush], headers: { a: 7 } }\n',
    )
    const error = await refusal(load)
    expect(error.message).toContain('providers.main.webhookSecret: must have at least 16 characters')
    expect(JSON.stringify(error)).not.toMatch(/tiny-secret|hush-hush/)
    await world.write('likeness.config.yaml', 'providers:\n  main:\n    apiKey: "hush-hush\n')
    expect(JSON.stringify(await refusal(load))).not.toContain('hush-hush')
    await world.write('other.json', '{ "providers": { "main": { "apiKey": ["hush-hush",] } } }')
    expect(JSON.stringify(await refusal(() => load({}, 'other.json')))).not.toContain('hush-hush')
    await world.write('other.ts', 'export default { providers: { main: { apiKey: "hush-hush", , } } }')
    expect(JSON.stringify(await refusal(() => load({}, 'other.ts')))).not.toContain('hush-hush')
  })
})

describe('the emulator', () => {
  const train = async (env: Record<string, string>) => {
    const providers = await load(env)
    try {
      return { emulated: providers.emulated, account: await (await providers.get('fal')).account?.check() }
    } finally {
      await providers.close()
    }
  }

  it('stands in when the environment says so, with its own key', async () => {
    await world.write('likeness.config.yaml', 'providers:\n  main: { adapter: fal, apiKey: a-real-key }\n')
    const { control } = world.emulator.endpoints
    expect((await train({ LIKENESS_EMULATOR: '1' })).emulated).toBe(true)
    expect((await train({ LIKENESS_EMULATOR: control })).account?.balance).toBeGreaterThan(0)
    expect(JSON.stringify(world.emulator.vendors.fal.journal)).not.toContain('a-real-key')
    expect(world.emulator.vendors.fal.journal.every(({ authenticated }) => authenticated)).toBe(true)
  })

  it('stands in when the config says so, unless the environment says no', async () => {
    const text = `providers:\n  main: { adapter: fal }\nemulator: { url: "${world.emulator.endpoints.control}" }\n`
    await world.write('likeness.config.yaml', text)
    expect((await train({})).emulated).toBe(true)
    expect(world.emulator.vendors.fal.journal.length).toBeGreaterThan(0)
    expect((await load({ LIKENESS_EMULATOR: '0' })).emulated).toBe(false)
  })

  it('says when none answers, and when the variable makes no sense', async () => {
    const gone = await load({ LIKENESS_EMULATOR: 'http://127.0.0.1:9' })
    const error = await refusal(() => gone.get('fal'))
    expect([error.kind, error.message]).toEqual(['unavailable', 'No emulator answers at http://127.0.0.1:9.'])
    await expect(gone.close()).resolves.toBeUndefined()
    expect((await refusal(() => load({ LIKENESS_EMULATOR: 'yes' }))).message).toContain(
      'LIKENESS_EMULATOR must be 1, 0, or the control URL of a running `likeness emulate` (given: yes).',
    )
  })
})
