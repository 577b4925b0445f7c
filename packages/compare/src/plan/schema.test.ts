import { LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { type ComparisonPlanInput, parseComparisonPlan } from './schema.js'
import { planWork } from './work.js'

const smallest: ComparisonPlanInput = {
  version: 1,
  subjects: { rex: { className: 'dog', images: ['photos'] } },
  vendors: { one: { provider: 'a' } },
  prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
  seeds: [1],
  budget: { limitUSD: 5 },
}

/** The fields that a plan is refused for. */
function refusedFor(input: unknown): string {
  try {
    parseComparisonPlan(input)
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'invalid-request') {
      return (error.fields ?? []).map(({ field, message }) => `${field} ${message}`).join('; ')
    }
    throw error
  }
  throw new Error('the plan was not refused')
}

describe('parseComparisonPlan', () => {
  it('fills in the documented defaults', () => {
    expect(parseComparisonPlan(smallest)).toMatchObject({
      repeats: 1,
      onUnknown: 'keep',
      concurrency: {},
      budget: { limitUSD: 5, unpriced: 'refuse' },
      vendors: { one: { warmUp: 0 } },
    })
  })

  it.each<[string, unknown, string]>([
    ['an unknown key', { ...smallest, seed: 3 }, 'seed is an unknown option'],
    [
      'an unknown setting of an entry',
      { ...smallest, vendors: { one: { provider: 'a', generate: { step: 3 } } } },
      'vendors.one.generate.step is an unknown option',
    ],
    ['no budget', { ...smallest, budget: undefined }, 'budget'],
    ['a budget of nothing', { ...smallest, budget: { limitUSD: 0 } }, 'budget.limitUSD must be more than 0 (given: 0)'],
    [
      'a prompt without the subject',
      { ...smallest, prompts: [{ id: 'beach', prompt: 'a beach' }] },
      'prompts.0.prompt must say {subject}, which stands for the trained thing (given: "a beach")',
    ],
    ['a seed twice', { ...smallest, seeds: [1, 2, 1] }, 'seeds.2 is the same as entry 1 of the list (given: 1)'],
    [
      'two prompts of one name',
      { ...smallest, prompts: [...smallest.prompts, { id: 'beach', prompt: '{subject} in the snow' }] },
      'prompts.1.id is the same as entry 1 of the list (given: "beach")',
    ],
    [
      'a prompt twice under two names, which would count as two opinions',
      { ...smallest, prompts: [...smallest.prompts, { id: 'shore', prompt: ' {subject} on a beach' }] },
      'prompts.1.prompt is that of beach again',
    ],
    ['a size that is none', { ...smallest, sizes: ['big'] }, 'sizes.0 must look like 1024x768'],
    ['a subject without photos', { ...smallest, subjects: { rex: { className: 'dog' } } }, 'subjects.rex needs images'],
    [
      'a subject without a class',
      { ...smallest, subjects: { rex: { images: ['photos'] } } },
      'subjects.rex.className must be given with images',
    ],
    [
      'a preset that is not there',
      { ...smallest, presets: { fast: {} }, vendors: { one: { provider: 'a', preset: 'slow' } } },
      'vendors.one.preset names no preset (given: slow; there are: fast)',
    ],
    ['a limit of another provider', { ...smallest, concurrency: { b: 1 } }, 'concurrency.b names no provider'],
    ['nothing', undefined, 'plan'],
  ])('refuses %s', (_, input, message) => {
    expect(refusedFor(input)).toContain(message)
  })

  it('takes one text with two negative prompts, which are two prompts', () => {
    const again = { id: 'calm', prompt: '{subject} on a beach', negativePrompt: 'waves' }
    expect(parseComparisonPlan({ ...smallest, prompts: [...smallest.prompts, again] }).prompts).toHaveLength(2)
  })
})

describe('planWork', () => {
  const plan = parseComparisonPlan({
    ...smallest,
    subjects: { rex: { className: 'dog', images: ['photos'] }, tom: { className: 'cat', images: ['cats'] } },
    presets: { long: { fineTune: { steps: 2000 }, generate: { steps: 40 } } },
    vendors: {
      one: { provider: 'a', warmUp: 2 },
      'one-sharp': { provider: 'a', generate: { steps: 50 } },
      'one-long': { provider: 'a', preset: 'long' },
      two: { provider: 'b' },
    },
    seeds: [1, 2],
    sizes: ['512x512', '1024x1024'],
    repeats: 3,
  })
  const { trainings, pictures } = planWork(plan)

  it('trains once what several entries share, and again where the settings differ', () => {
    expect(trainings.map(({ subject, provider, vendors }) => [subject, provider, vendors])).toEqual([
      ['rex', 'a', ['one', 'one-sharp']],
      ['rex', 'a', ['one-long']],
      ['rex', 'b', ['two']],
      ['tom', 'a', ['one', 'one-sharp']],
      ['tom', 'a', ['one-long']],
      ['tom', 'b', ['two']],
    ])
  })

  it('gives every entry the same pictures, each with a key of its own', () => {
    const measured = pictures.filter(({ warmUp }) => !warmUp)
    expect(measured).toHaveLength(4 * 2 * 1 * 2 * 2 * 3)
    expect(new Set([...trainings, ...pictures].map(({ key }) => key)).size).toBe(trainings.length + pictures.length)
    const scenes = (vendor: string) =>
      measured.filter((one) => one.vendor === vendor).map((one) => [one.subject, one.prompt, one.seed, one.size])
    for (const vendor of ['one-sharp', 'one-long', 'two']) expect(scenes(vendor)).toEqual(scenes('one'))
  })

  it('begins with the warm-up, and lets no entry always be first', () => {
    expect(pictures.slice(0, 3).map(({ vendor, warmUp }) => [vendor, warmUp])).toEqual([
      ['one', true],
      ['one', true],
      ['one', false],
    ])
    const rounds = pictures.slice(2)
    const firsts = rounds.filter((_, index) => index % 4 === 0).map(({ vendor }) => vendor)
    expect(firsts.slice(0, 5)).toEqual(['one', 'one-sharp', 'one-long', 'two', 'one'])
    for (let at = 0; at < rounds.length; at += 4) {
      expect(new Set(rounds.slice(at, at + 4).map(({ vendor }) => vendor)).size).toBe(4)
    }
  })

  it('is the same each time, so that a later process finds its work again', () => {
    expect(planWork(parseComparisonPlan(JSON.parse(JSON.stringify(plan))))).toEqual({ trainings, pictures })
  })
})
