import { LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { leavesOf } from './node.js'
import { resolveTarget } from './resolve-target.js'
import { namedProvider, namedProviders } from './test-providers.js'
import type { Target } from './types.js'

const providers = namedProviders('fal', 'astria', 'segmind')

/** Targets as a program without types, or a config file, may hand them over. */
function refusal(target: unknown, given = providers): LikenessError {
  try {
    resolveTarget(target as Target, given)
  } catch (error) {
    if (LikenessError.is(error)) return error
    throw error
  }
  throw new Error('the target was accepted')
}

const one = { provider: 'fal' }
const group = (strategy: unknown, ...targets: unknown[]) => ({ strategy, targets })

function endless() {
  const endlessGroup = group({ mode: 'single' })
  endlessGroup.targets.push(endlessGroup)
  return endlessGroup
}

describe('resolveTarget', () => {
  it('looks providers up and puts limits of the target over those that are declared', () => {
    const declared = { concurrentJobs: 2, requestsPerMinute: 60, source: 'a document, 2026-11' }
    const limited = { ...providers, fal: namedProvider('fal', declared) }
    const target: Target = {
      strategy: { mode: 'fallback' },
      targets: [
        { provider: 'fal', limits: { concurrentJobs: Number.POSITIVE_INFINITY } },
        { strategy: { mode: 'single' }, targets: [{ provider: 'astria', name: 'second', model: '7' }] },
        { provider: 'fal', name: 'third', limits: { requestsPerMinute: 5 } },
      ],
    }
    const [first, second, third] = leavesOf(resolveTarget(target, limited))
    expect(first).toMatchObject({
      name: 'fal',
      provider: limited.fal,
      limits: { concurrentJobs: Number.POSITIVE_INFINITY, requestsPerMinute: 60 },
    })
    expect(second).toMatchObject({ name: 'second', provider: { id: 'astria' }, target: { model: '7' } })
    expect(second?.limits).toEqual({ concurrentJobs: undefined, requestsPerMinute: undefined })
    expect(third?.limits).toEqual({ concurrentJobs: 2, requestsPerMinute: 5 })
  })

  it.each<[string, unknown, string, string]>([
    ['no target', undefined, 'target', 'must be a target: { provider }, or { strategy, targets }'],
    ['a name alone', 'fal', 'target', '(given: "fal")'],
    [
      'a retry that is a number',
      { ...one, retry: 3 },
      'target.retry',
      'must be { attempts, maximumWaitMs } (given: 3)',
    ],
    [
      'a condition that is nothing',
      group({ mode: 'conditional', conditions: [null] }, one),
      'target.strategy.conditions.0',
      'must be { when, target }',
    ],
    [
      'conditions that are no list',
      group({ mode: 'conditional', conditions: 3 }, one),
      'target.strategy.conditions',
      'must be a list of conditions (given: 3)',
    ],
    [
      'tags that are a list',
      group({ mode: 'conditional', conditions: [{ when: { tags: [] }, target: 'fal' }] }, one),
      'target.strategy.conditions.0.when.tags',
      'must be an object of tags',
    ],
    ['a group that holds itself', endless(), 'target', 'must not nest more than 32 levels deep'],
    [
      'an unknown provider',
      group({ mode: 'fallback' }, one, { provider: 'fol' }),
      'target.targets.1.provider',
      'must be one of fal, astria, segmind (given: "fol")',
    ],
    ['a name every object has', { provider: 'constructor' }, 'target.provider', 'must be one of fal'],
    [
      'two targets of one name',
      group({ mode: 'fallback' }, one, one),
      'target.targets.1.name',
      'must differ from that of target.targets.0: both are fal',
    ],
    [
      'an unknown mode',
      group({ mode: 'random' }, one),
      'target.strategy.mode',
      'must be one of single, fallback, loadbalance, cheapest, fastest, conditional',
    ],
    ['a mode without its object', group('fallback', one), 'target.strategy', 'as { mode } (given: "fallback")'],
    [
      'an unknown option',
      group({ mode: 'fallback' }, { provider: 'fal', timeout: 5 }),
      'target.targets.0.timeout',
      'unknown option; allowed are provider, name, weight, timeoutMs',
    ],
    [
      'an unknown option of a strategy',
      group({ mode: 'fallback', by: 'weight' }, one),
      'target.strategy.by',
      'unknown option; allowed are mode',
    ],
    [
      'both kinds of target in one',
      { ...group({ mode: 'fallback' }, one), provider: 'fal' },
      'target.provider',
      'unknown option; allowed are strategy, targets',
    ],
    ['an empty group', group({ mode: 'fallback' }), 'target.targets', 'must hold at least one target'],
    [
      'single with two',
      group({ mode: 'single' }, one, { provider: 'astria' }),
      'target.targets',
      'must hold exactly one target under single, not 2',
    ],
    [
      'a weight of nothing',
      group({ mode: 'loadbalance' }, { ...one, weight: 0 }),
      'target.targets.0.weight',
      'must be more than 0 (given: 0)',
    ],
    [
      'a weight without end',
      group({ mode: 'loadbalance' }, { ...one, weight: Number.POSITIVE_INFINITY }),
      'target.targets.0.weight',
      'must be a finite number (given: Infinity)',
    ],
    [
      'an idle weight',
      group({ mode: 'fallback' }, { ...one, weight: 2 }),
      'target.targets.0.weight',
      'has an effect only among the targets of loadbalance by weight',
    ],
    [
      'half a job',
      { ...one, limits: { concurrentJobs: 0.5 } },
      'target.limits.concurrentJobs',
      'must be a whole number of at least 1, or Infinity (given: 0.5)',
    ],
    ['no attempt', { ...one, retry: { attempts: 0 } }, 'target.retry.attempts', 'must be at least 1 (given: 0)'],
    ['a timeout in the past', { ...one, timeoutMs: -1 }, 'target.timeoutMs', 'must be more than 0 (given: -1)'],
    [
      'a condition for no target',
      group({ mode: 'conditional', conditions: [{ when: { job: 'generation' }, target: 'astria' }] }, one),
      'target.strategy.conditions.0.target',
      'must name one of the targets beside: fal (given: "astria")',
    ],
    [
      'a default for no target',
      group({ mode: 'conditional', conditions: [{ when: { job: 'generation' }, target: 'fal' }], default: 'x' }, one),
      'target.strategy.default',
      'must name one of the targets beside: fal (given: "x")',
    ],
    [
      'a condition that asks nothing',
      group({ mode: 'conditional', conditions: [{ when: {}, target: 'fal' }] }, one),
      'target.strategy.conditions.0.when',
      'must ask for something: job, tags, base',
    ],
    [
      'a size that is none',
      group(
        { mode: 'conditional', conditions: [{ when: { minimumPixels: 9, maximumPixels: 8 }, target: 'fal' }] },
        one,
      ),
      'target.strategy.conditions.0.when.minimumPixels',
      'must not be more than maximumPixels (given: 9)',
    ],
    [
      'an unknown kind of subject',
      group({ mode: 'conditional', conditions: [{ when: { subjectKind: 'dog' }, target: 'fal' }] }, one),
      'target.strategy.conditions.0.when.subjectKind',
      'must be one of person, pet',
    ],
    [
      'groups of one name under conditions',
      group(
        { mode: 'conditional', conditions: [{ when: { job: 'generation' }, target: 'a' }] },
        { ...group({ mode: 'single' }, one), name: 'a' },
        { provider: 'astria', name: 'a' },
      ),
      'target.targets.1.name',
      'is also the name of targets.0 beside it (a)',
    ],
  ])('refuses %s', (_what, target, field, message) => {
    const error = refusal(target)
    expect(error.kind).toBe('invalid-request')
    expect(error.fields).toEqual([{ field, message: expect.stringContaining(message) }])
    expect(error.message).toContain(`Invalid router: ${field} ${error.fields?.[0]?.message}`)
  })

  it('names all that is wrong at once, however deep', () => {
    const error = refusal(
      group({ mode: 'fallback' }, group({ mode: 'fallback' }, { provider: '' }, { provider: 3 }), {}),
    )
    expect(error.fields?.map(({ field }) => field)).toEqual([
      'target.targets.0.targets.0.provider',
      'target.targets.0.targets.1.provider',
      'target.targets.1.provider',
    ])
  })

  it('refuses two providers that share an id, and takes one provider under two names', () => {
    const twice = { ...providers, other: namedProvider('fal') }
    expect(refusal(one, twice).fields).toEqual([
      { field: 'providers.other', message: expect.stringContaining('has the same id as providers.fal (fal)') },
    ])
    expect(leavesOf(resolveTarget(one, { ...providers, other: providers.fal ?? namedProvider('fal') }))).toHaveLength(1)
  })
})
