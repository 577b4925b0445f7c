import { describe, expect, it } from 'vitest'
import type { RequestFacts } from './facts.js'
import type { Leaf } from './node.js'
import { type OrderContext, orderTargets } from './order-targets.js'
import { resolveTarget } from './resolve-target.js'
import { namedProviders } from './test-providers.js'
import type { StrategyMode, Target, TargetGroup, When } from './types.js'

const providers = namedProviders('a', 'b', 'c', 'd')
const facts: RequestFacts = { job: 'generation', bases: [] }
const figures =
  (values: Readonly<Record<string, number>>) =>
  ({ name }: Leaf) =>
    values[name]

function names(target: Target, context: Partial<OrderContext> = {}): string {
  const unknown = { upperEstimate: () => undefined, medianMs: () => undefined, busy: () => 0 }
  const order = orderTargets(resolveTarget(target, providers), { random: () => 0, facts, ...unknown, ...context })
  return order.map(({ name }) => name).join('')
}

const of = (strategy: StrategyMode, ...targets: Target[]): TargetGroup => ({ strategy, targets })
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((provider) => ({ provider })) as [Target, Target, Target, Target]

describe('orderTargets', () => {
  it('takes what is listed, in its order, through groups', () => {
    expect(names(a)).toBe('a')
    expect(names(of({ mode: 'fallback' }, b, of({ mode: 'fallback' }, d, a), c))).toBe('bdac')
  })

  it('takes one target and no other under single, of a group the first', () => {
    expect(names(of({ mode: 'single' }, of({ mode: 'fallback' }, c, a)))).toBe('c')
  })

  it('puts the cheapest first, unknown prices last, equal ones as listed', () => {
    const upperEstimate = figures({ a: 30, c: 10, d: 30 })
    expect(names(of({ mode: 'cheapest' }, a, b, c, d), { upperEstimate })).toBe('cadb')
    expect(names(of({ mode: 'cheapest' }, b, a))).toBe('ba')
  })

  it('puts the fastest first, and before it those that were never measured', () => {
    const medianMs = figures({ a: 900, b: 100, d: 500 })
    expect(names(of({ mode: 'fastest' }, a, b, c, d), { medianMs })).toBe('cbda')
  })

  it('rates a group by its best leaf, and keeps its own order', () => {
    const upperEstimate = figures({ a: 50, b: 10, c: 20 })
    expect(names(of({ mode: 'cheapest' }, c, of({ mode: 'fallback' }, a, b, d)), { upperEstimate })).toBe('abdc')
  })

  it('does not measure a whole group again for the leaf that nobody reaches', () => {
    const medianMs = figures({ a: 500, c: 100 })
    expect(names(of({ mode: 'fastest' }, of({ mode: 'fallback' }, a, b), c), { medianMs })).toBe('cab')
  })

  it('prefers the least busy, equal ones as listed', () => {
    const busy = (leaf: Leaf) => figures({ a: 2, b: 0, c: 1, d: 0 })(leaf) ?? 0
    expect(names(of({ mode: 'loadbalance', by: 'least-busy' }, a, b, c, d), { busy })).toBe('bdca')
  })

  it('draws by weight without putting back', () => {
    const target = of({ mode: 'loadbalance' }, { provider: 'a', weight: 1 }, { provider: 'b', weight: 3 }, c)
    const draws = (...values: number[]) => ({ random: () => values.shift() ?? 0 })
    expect(names(target, draws(0.19, 0.74))).toBe('abc')
    expect(names(target, draws(0.2, 0.5))).toBe('bca')
    expect(names(target, draws(0.999, 0.25))).toBe('cba')
    expect(names(target, draws(1, 1))).toBe('cba')
  })

  it('leaves what cannot be reached out of the draw', () => {
    const nowhere = of({ mode: 'conditional', conditions: [{ when: { job: 'fine-tune' }, target: 'a' }] }, a)
    expect(names(of({ mode: 'loadbalance' }, { ...nowhere, weight: 1e9 }, b, c), { random: () => 0.4 })).toBe('bc')
    expect(names(nowhere)).toBe('')
  })

  describe('conditional', () => {
    const chosen = (when: When, given: Partial<RequestFacts>) =>
      names(of({ mode: 'conditional', conditions: [{ when, target: 'b' }], default: 'a' }, a, b), {
        facts: { ...facts, ...given },
      })

    it.each<[When, Partial<RequestFacts>, 'a' | 'b']>([
      [{ job: 'fine-tune' }, { job: 'fine-tune' }, 'b'],
      [{ job: 'fine-tune' }, {}, 'a'],
      [{ tags: { tier: 'gold' } }, { tags: { tier: 'gold', x: 'y' } }, 'b'],
      [{ tags: { tier: ['gold', 'blue'] } }, { tags: { tier: 'blue' } }, 'b'],
      [{ tags: { tier: 'gold', region: 'eu' } }, { tags: { tier: 'gold' } }, 'a'],
      [{ tags: { tier: 'gold' } }, {}, 'a'],
      [{ base: 'flux-1-dev' }, { bases: ['sdxl', 'flux-1-dev'] }, 'b'],
      [{ base: ['sdxl', 'sd-1.5'] }, { bases: ['flux-1-dev'] }, 'a'],
      [{ subjectKind: ['pet', 'style'] }, { subjectKind: 'pet' }, 'b'],
      [{ subjectKind: 'pet' }, {}, 'a'],
      [{ minimumPixels: 100 }, { pixels: 100 }, 'b'],
      [{ minimumPixels: 100 }, { pixels: 99 }, 'a'],
      [{ maximumPixels: 100 }, { pixels: 100 }, 'b'],
      [{ maximumPixels: 100 }, { pixels: 101 }, 'a'],
      [{ maximumPixels: 100 }, {}, 'a'],
      [{ job: 'generation', subjectKind: 'pet' }, { subjectKind: 'person' }, 'a'],
    ])('%j of %j takes %s', (when, given, expected) => {
      expect(chosen(when, given)).toBe(expected)
    })

    it('takes the first that fits, and none without a default', () => {
      const conditions = [
        { when: { job: 'generation' }, target: 'far' },
        { when: { base: 'sdxl' }, target: 'a' },
      ] as const
      const target = of({ mode: 'conditional', conditions }, a, { ...of({ mode: 'fallback' }, c, b), name: 'far' })
      expect(names(target, { facts: { ...facts, bases: ['sdxl'] } })).toBe('cb')
      expect(names(target, { facts: { ...facts, job: 'fine-tune' } })).toBe('')
    })
  })
})
