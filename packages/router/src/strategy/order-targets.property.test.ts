import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawByWeight } from './draw.js'
import type { RequestFacts } from './facts.js'
import { type Leaf, leavesOf, type Node } from './node.js'
import { type OrderContext, orderTargets } from './order-targets.js'
import { resolveTarget } from './resolve-target.js'
import { namedProviders } from './test-providers.js'
import type { StrategyMode, Target } from './types.js'

type Shape = number | { readonly kind: number; readonly inner: readonly Shape[] }

const providers = namedProviders('one', 'two', 'three')
const provider = (number: number) => Object.keys(providers)[number % 3] ?? 'one'

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.nat(100),
    fc.record({ kind: fc.nat(6), inner: fc.array(tie('shape'), { minLength: 1, maxLength: 4 }) }),
  ),
}))

function strategyOf(kind: number): StrategyMode {
  const conditions = [{ when: { job: 'fine-tune' }, target: 'child0' }] as const
  const all: readonly StrategyMode[] = [
    { mode: 'single' },
    { mode: 'fallback' },
    { mode: 'cheapest' },
    { mode: 'fastest' },
    { mode: 'loadbalance' },
    { mode: 'loadbalance', by: 'least-busy' },
    { mode: 'conditional', conditions },
  ]
  return all[kind] ?? { mode: 'fallback' }
}

/** Leaves are numbered in the order they are listed. */
function targetOf(root: Shape): Target {
  let leaves = 0
  const build = (from: Shape, name: string | undefined): Target => {
    const strategy = typeof from === 'number' ? undefined : strategyOf(from.kind)
    if (typeof from === 'number' || strategy === undefined) {
      leaves += 1
      return { provider: provider(Number(from)), name: name === undefined ? `leaf${leaves}` : `${name}-${leaves}` }
    }
    const inner = strategy.mode === 'single' ? from.inner.slice(0, 1) : from.inner
    const targets = inner.map((child) => build(child, undefined))
    if (strategy.mode !== 'conditional') return { strategy, targets, name }
    const first = targets[0]
    const chosen = first !== undefined && 'provider' in first ? first.name : 'child0'
    const conditions = [{ when: { job: 'fine-tune' }, target: chosen ?? 'child0' }] as const
    const named = targets.map((child, index) => ('provider' in child ? child : { ...child, name: `child${index}` }))
    return { strategy: { mode: 'conditional', conditions }, targets: named, name }
  }
  return build(root, undefined)
}

/** What may be reached at most: written anew, so that it shares no mistake with the code. */
function reachable(node: Node, facts: RequestFacts): readonly string[] {
  if (node.kind === 'leaf') return [node.leaf.name]
  if (node.strategy.mode === 'conditional') {
    const [first] = node.children
    return facts.job === 'fine-tune' && first !== undefined ? reachable(first, facts) : []
  }
  return node.children.flatMap((child) => reachable(child, facts))
}

const hasSingle = (node: Node): boolean =>
  node.kind === 'group' && (node.strategy.mode === 'single' || node.children.some(hasSingle))

const figure = (seed: number, leaf: Leaf, gaps: boolean): number | undefined => {
  const value = [...leaf.name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_009, seed)
  return gaps && value % 4 === 0 ? undefined : value % 50
}

function contextOf(seed: number, job: RequestFacts['job']): OrderContext {
  return {
    random: seeded(seed),
    upperEstimate: (leaf) => figure(seed, leaf, true),
    medianMs: (leaf) => figure(seed + 1, leaf, true),
    busy: (leaf) => figure(seed + 2, leaf, false) ?? 0,
    facts: { job, bases: [] },
  }
}

/** Numerical Recipes' linear congruential generator: the same draws on every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const job = fc.constantFrom<RequestFacts['job']>('fine-tune', 'generation')

describe('any tree of targets', () => {
  it('is ordered into a permutation of the leaves that the request may reach', () => {
    fc.assert(
      fc.property(shape, fc.nat(), job, (from, seed, kind) => {
        const node = resolveTarget(targetOf(from), providers)
        const context = contextOf(seed, kind)
        const order = orderTargets(node, context).map(({ name }) => name)
        const expected = reachable(node, context.facts)
        expect(new Set(order).size).toBe(order.length)
        if (hasSingle(node)) expect(expected).toEqual(expect.arrayContaining(order))
        else expect(order.toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: 500 },
    )
  })

  it('is ordered the same way twice, of leaves that it holds', () => {
    fc.assert(
      fc.property(shape, fc.nat(), job, (from, seed, kind) => {
        const node = resolveTarget(targetOf(from), providers)
        const order = orderTargets(node, contextOf(seed, kind))
        expect(orderTargets(node, contextOf(seed, kind))).toEqual(order)
        const all = leavesOf(node)
        expect(order.every((leaf) => all.includes(leaf))).toBe(true)
      }),
    )
  })
})

describe('sorted groups', () => {
  const values = fc.array(fc.option(fc.nat(5), { nil: undefined }), { minLength: 1, maxLength: 8 })
  const group = (mode: StrategyMode, count: number) =>
    resolveTarget(
      { strategy: mode, targets: Array.from({ length: count }, (_, index) => ({ provider: 'one', name: `${index}` })) },
      providers,
    )

  it('never put a dearer target before a cheaper one, nor an unknown price before a known one', () => {
    fc.assert(
      fc.property(values, (prices) => {
        const context = { ...contextOf(1, 'generation'), upperEstimate: ({ name }: Leaf) => prices[Number(name)] }
        const order = orderTargets(group({ mode: 'cheapest' }, prices.length), context).map(({ name }) => Number(name))
        for (const [index, one] of order.slice(0, -1).entries()) {
          const next = order[index + 1] ?? 0
          const [left, right] = [prices[one] ?? Number.MAX_VALUE, prices[next] ?? Number.MAX_VALUE]
          expect(left < right || (left === right && one < next)).toBe(true)
        }
      }),
    )
  })

  it('never put a busy target before an idle one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 8 }), (jobs) => {
        const context = { ...contextOf(1, 'generation'), busy: ({ name }: Leaf) => jobs[Number(name)] ?? 0 }
        const order = orderTargets(group({ mode: 'loadbalance', by: 'least-busy' }, jobs.length), context)
        const load = order.map(({ name }) => jobs[Number(name)] ?? 0)
        expect(load).toEqual(load.toSorted((one, other) => one - other))
      }),
    )
  })
})

describe('drawing by weight', () => {
  const draws = 20_000

  it('gives each its share of the first places, whatever the weights', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 6 })
    // A fixed seed: the bound is that of a chance of 1 in a million at 5 degrees of freedom, and the draws never change.
    fc.assert(
      fc.property(weights, fc.nat(), (given, seed) => {
        const items = given.map((weight, index) => ({ weight, index }))
        const random = seeded(seed)
        const first = items.map(() => 0)
        for (let draw = 0; draw < draws; draw += 1) {
          const index = drawByWeight(items, random)[0]?.index ?? 0
          first[index] = (first[index] ?? 0) + 1
        }
        const sum = given.reduce((total, weight) => total + weight, 0)
        const chiSquare = items.reduce((total, { weight, index }) => {
          const expected = (draws * weight) / sum
          return total + ((first[index] ?? 0) - expected) ** 2 / expected
        }, 0)
        expect(chiSquare).toBeLessThan(35.9)
      }),
      { seed: 20_261_120, numRuns: 25 },
    )
  })

  it('gives the second place in proportion to weight among those left', () => {
    const items = [
      { weight: 5, name: 'a' },
      { weight: 3, name: 'b' },
      { weight: 2, name: 'c' },
    ]
    const random = seeded(7)
    const orders = new Map<string, number>()
    for (let draw = 0; draw < draws; draw += 1) {
      const order = drawByWeight(items, random)
        .map(({ name }) => name)
        .join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    const expected = {
      abc: 0.5 * 0.6,
      acb: 0.5 * 0.4,
      bac: 0.3 * (5 / 7),
      bca: 0.3 * (2 / 7),
      cab: 0.2 * (5 / 8),
      cba: 0.2 * (3 / 8),
    }
    const chiSquare = Object.entries(expected).reduce((total, [order, share]) => {
      return total + ((orders.get(order) ?? 0) - draws * share) ** 2 / (draws * share)
    }, 0)
    expect(chiSquare).toBeLessThan(35.9)
  })
})
