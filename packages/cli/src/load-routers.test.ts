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

describe('routers, budgets and the ledger', () => {
  const providers = 'providers:\n  one: { adapter: fal }\n  two: { adapter: astria }\n'
  const routers = `${providers}routers:
  best:
    strategy: { mode: fallback }
    targets: [{ provider: one }, { provider: two }]
  outer:
    target:
      strategy: { mode: cheapest }
      targets: [{ provider: best }, { provider: two, name: direct }]
    rules: { content-blocked: next }
default: outer
`
  it('are read, in both forms, and nest', async () => {
    await world.write('likeness.config.yaml', routers)
    const loaded = await load({ FAL_KEY: 'x', ASTRIA_API_KEY: 'x' })
    expect(loaded.routers).toEqual([
      { name: 'best', id: 'best', members: ['one', 'two'] },
      { name: 'outer', id: 'outer', members: ['best', 'two'] },
    ])
    const outer = await loaded.get()
    expect(outer.id).toBe('outer')
    expect(outer.members.map(({ id }) => id)).toEqual(['best', 'astria'])
    expect(outer.members[0]).toBe(await loaded.get('best'))
    // A provider comes with the ledger around it, under its own id; its adapter alone is there too.
    const one = await loaded.get('one')
    expect([one.id, one.members.map(({ id }) => id)]).toEqual(['fal', ['fal']])
    expect(one.members[0]).toBe(await loaded.adapter('one'))
    expect(one.ledger).toBe(outer.ledger)
    expect(await loaded.ledger()).toBe(outer.ledger)
    await loaded.close()
  })

  it.each([
    ['likeness.config.json', (text: string) => text],
    ['likeness.config.mjs', (text: string) => `export default ${text}`],
    ['likeness.config.ts', (text: string) => `export default ${text} as const`],
  ])('are the same in %s', async (name, write) => {
    const best = { strategy: { mode: 'fallback' }, targets: [{ provider: 'one' }] }
    await world.write(name, write(JSON.stringify({ providers: { one: { adapter: 'fal' } }, routers: { best } })))
    expect((await (await load({ FAL_KEY: 'x' })).get('best')).members.map(({ id }) => id)).toEqual(['fal'])
  })

  const router = (lines: string) => `${providers}routers:\n  best:\n${lines}`
  it.each([
    [
      router('    targets: [{ provider: three }]\n    strategy: { mode: fallback }\n'),
      ':6:17: routers.best.targets.0.provider: there is no provider or router three; there are one, two, best',
    ],
    [
      router('    target: { provider: one }\n    hedge: { after: soon }\n'),
      ':7:14: routers.best.hedge.after: must be milliseconds, or \'p95\' (given: "soon")',
    ],
    [
      router('    target: { provider: one }\n    rules: { content-blocked: maybe }\n'),
      ":7:14: routers.best.rules.content-blocked: must be 'stop' or 'next' (given: \"maybe\")",
    ],
    [
      router('    target: { provider: one }\n    colour: red\n'),
      ':7:5: routers.best.colour: unknown option; allowed are ',
    ],
    [
      router('    target: { provider: one, colour: red }\n'),
      ':6:30: routers.best.target.colour: unknown option; allowed are provider, name, ',
    ],
    [
      router('    strategy: { mode: best }\n    targets: [{ provider: one }]\n'),
      ':6:17: routers.best.strategy.mode: must be one of single, fallback, ',
    ],
    [router('    strategy: { mode: fallback }\n'), 'routers.best.targets: must be a list of targets'],
    [
      router('    onUnknown: fail\n'),
      ':5:3: routers.best: must say whom to ask: `target`, or `strategy` with `targets`',
    ],
    [
      router('    target: { provider: one }\n    targets: [{ provider: two }]\n'),
      ':5:3: routers.best: must give either `target`, or `strategy` with `targets`, not both',
    ],
    [
      router('    strategy: { mode: fallback }\n    targets: [{ provider: one }, { provider: one }]\n'),
      ':7:34: routers.best.targets.1: has the same name as routers.best.targets.0 (one); give one of them a `name`',
    ],
    [
      router('    target: { provider: one }\n    breaker: { treshold: 3 }\n'),
      ':7:16: routers.best.breaker.treshold: unknown option; allowed are threshold, openMs',
    ],
    [
      router('    target: { provider: one }\n    hedge: 3\n'),
      ':7:5: routers.best.hedge: must hold options by name: after, maximumShare, maximumUSD (given: 3)',
    ],
    [`${providers}routers:\n  best: one\n`, ':5:3: routers.best: must hold options by name (given: "one")'],
    [
      `${providers}routers:\n  one: { target: { provider: two } }\n`,
      ':5:3: routers.one: has the same name as providers.one',
    ],
    [
      `${providers}routers:\n  fal: { target: { provider: two } }\n`,
      ':5:3: routers.fal: has the same id as providers.one (fal)',
    ],
    [
      `${providers}routers:\n  a: { target: { provider: b } }\n  b: { target: { provider: a } }\n`,
      ':5:3: routers.a: leads back to itself: a > b > a',
    ],
    [`${providers}default: best\n`, ':4:1: default: there is no provider best; providers are one, two'],
    [
      `${providers}budgets: [{ name: a, limitUSD: -1, per: day }]\n`,
      ':4:22: budgets.0.limitUSD: must not be negative (given: -1)',
    ],
    [
      `${providers}budgets: [{ name: a, limitUSD: 1, per: week }]\n`,
      ':4:35: budgets.0.per: must be one of run, hour, day, month, ever (given: "week")',
    ],
    [`${providers}budgets: { monthly: 50 }\n`, ':4:1: budgets: must be a list'],
    [
      `${providers}budgets: [{ name: a, limitUSD: 1, per: day, tag: { of: x } }]\n`,
      ':4:45: budgets.0.tag: unknown option; allowed are name, limitUSD, per, tags, unpriced',
    ],
    [
      `providers:\n  one: { adapter: fal, timeoutMs: -3 }\n`,
      'providers.one.timeoutMs: must be more than 0 (given: -3)',
    ],
    [
      `providers:\n  one: { adapter: fal, maxRetries: 1.5 }\n`,
      'providers.one.maxRetries: must be a whole number (given: 1.5)',
    ],
    [`provders: {}\n`, ':1:1: provders: unknown option; allowed are providers, routers, default'],
    [
      `${providers}budgets: [{ name: a, limitUSD: 1, per: day }, { name: a, limitUSD: 1, per: day }]\n`,
      'budgets.1.name: there is a budget a already',
    ],
  ])('are refused with file and line: %j', async (text, message) => {
    await world.write('likeness.config.yaml', text)
    expect((await refusal(load)).message).toContain(
      message.startsWith(':') ? `likeness.config.yaml${message}` : message,
    )
  })

  it.each([
    ['', {}, '.likeness/ledger.jsonl'],
    ['jobs: work/jobs\n', {}, 'work/ledger.jsonl'],
    ['ledger: books/spent.jsonl\n', {}, 'books/spent.jsonl'],
    ['ledger: books/spent.jsonl\n', { LIKENESS_EMULATOR: 'http://127.0.0.1:9' }, 'books/spent.emulated.jsonl'],
    ['', { LIKENESS_EMULATOR: '1' }, undefined],
  ])('has its ledger where %j and %j say', async (text, env, path) => {
    await world.write('likeness.config.yaml', `${providers}${text}`)
    const { ledgerPath } = await load(env)
    expect(ledgerPath).toBe(path === undefined ? undefined : join(world.folder, path))
  })

  it('has it beside the config where there are budgets, so that they hold in every folder', async () => {
    await world.write('likeness.config.yaml', `${providers}budgets: [{ name: a, limitUSD: 1, per: month }]\n`)
    const cwd = join(world.folder, 'deep')
    await mkdir(cwd)
    expect((await loadProviders({ cwd, env: {} })).ledgerPath).toBe(join(world.folder, '.likeness/ledger.jsonl'))
  })
})
