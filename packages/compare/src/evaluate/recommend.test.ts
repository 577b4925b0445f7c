import { describe, expect, it } from 'vitest'
import type { PlannedPicture } from '../plan/work.js'
import { emitConfig } from './emit-config.js'
import { cents, evaluateHandMade, type HandMade } from './test-evaluation.js'

const prices: Readonly<Record<string, number>> = { dear: 8, cheap: 2, middle: 4, dropped: 1 }
const swing = (work: PlannedPicture, width: number) =>
  width * Math.sin(7 * Number(work.prompt.slice(1)) + work.vendor.length)

/** Vendors of a level of likeness each, that vary from prompt to prompt by a width. */
function levels(of: Readonly<Record<string, number>>, width: number, changes: Partial<HandMade> = {}): HandMade {
  return {
    vendors: Object.keys(of),
    prompts: 12,
    fate: ({ vendor }) => ({ state: 'made', cost: cents(prices[vendor] ?? 5) }),
    seen: (work) => ({ likeness: (of[work.vendor] ?? 0) + swing(work, width) }),
    ...changes,
  }
}

describe('a recommendation', () => {
  it('takes the cheapest of those that are shown to be as good', async () => {
    const { recommendation, judged, answer } = await evaluateHandMade(levels({ dear: 0.85, cheap: 0.84 }, 0.01))
    expect(judged[0]?.verdict.outcome).toBe('no-winner')
    expect(recommendation).toMatchObject({ order: ['cheap', 'dear'], excluded: [] })
    expect(answer).toContain(
      'cheap is recommended: the cheapest of those shown to be as good as the best within the margin of 0.05. dear may stand in.',
    )
  })

  it('does not take what is merely not shown to be worse, nor what is ahead by chance', async () => {
    const { recommendation, withoutRecommendation, judged } = await evaluateHandMade(
      levels({ dear: 0.7, cheap: 0.68 }, 0.25),
    )
    expect(judged[0]?.verdict.outcome).toBe('no-winner')
    expect(recommendation).toBeUndefined()
    expect(withoutRecommendation).toMatch(
      /^Nothing can be recommended yet: \w+ is ahead, but not beyond chance\. \w+ is not shown to be as good as \w+ within the margin of 0\.05:.* About \d+ more prompts may show that it is\.$/,
    )
  })

  it('leaves out what is not shown to be as good, beside what is', async () => {
    const made = levels({ dear: 0.85, cheap: 0.84, middle: 0.82 }, 0.01)
    const { recommendation } = await evaluateHandMade({
      ...made,
      seen: (work) => (work.vendor === 'middle' ? { likeness: 0.82 + swing(work, 0.2) } : (made.seen?.(work) ?? {})),
    })
    expect(recommendation?.order).toEqual(['cheap', 'dear'])
    expect(recommendation?.excluded[0]?.reason).toMatch(/^middle is not shown to be as good as dear/)
  })

  it('says who is worse', async () => {
    const { recommendation } = await evaluateHandMade(levels({ dear: 0.9, cheap: 0.6 }, 0.02))
    expect(recommendation?.order).toEqual(['dear'])
    expect(recommendation?.excluded[0]?.reason).toMatch(
      /^cheap is worse than dear by more than the margin of 0\.05: its likeness minus that of dear is -0\.[23]/,
    )
  })

  it('keeps to the margin of the plan', async () => {
    const made = levels({ dear: 0.85, cheap: 0.77 }, 0.01)
    expect((await evaluateHandMade(made)).recommendation?.order).toEqual(['dear'])
    const wide = await evaluateHandMade({ ...made, plan: { margin: 0.15 } })
    expect(wide.recommendation?.order).toEqual(['cheap', 'dear'])
  })

  it('leaves out who does not show the subject, however cheap', async () => {
    const { recommendation, answer } = await evaluateHandMade(levels({ dear: 0.85, dropped: 0.02 }, 0.01))
    expect(recommendation?.order).toEqual(['dear'])
    expect(recommendation?.excluded[0]).toMatchObject({
      vendor: 'dropped',
      reason: expect.stringContaining('do not show robby'),
    })
    expect(answer[0]).toMatch(/^dropped: The pictures do not show robby/)
  })

  it('does not gain by pictures that are left out', async () => {
    const made = levels({ dear: 0.85, cheap: 0.85 }, 0.01)
    expect((await evaluateHandMade(made)).recommendation?.order).toEqual(['cheap', 'dear'])
    const { recommendation, withoutRecommendation } = await evaluateHandMade({
      ...made,
      seen: (work) =>
        work.vendor === 'cheap' && work.prompt === 'p0' ? { likeness: 'no-face' } : (made.seen?.(work) ?? {}),
    })
    expect(recommendation).toBeUndefined()
    expect(withoutRecommendation).toMatch(/^Nothing can be recommended yet: dear is ahead/)
  })

  it('puts an unknown cost behind every known one', async () => {
    const made = levels({ dear: 0.85, cheap: 0.85 }, 0.01)
    const { recommendation, answer } = await evaluateHandMade({
      ...made,
      fate: (work) => (work.vendor === 'cheap' ? { state: 'made' } : { state: 'made', cost: cents(8) }),
    })
    expect(recommendation?.order).toEqual(['dear', 'cheap'])
    expect(answer).toContain(
      'dear is recommended: the cheapest of those shown to be as good as the best within the margin of 0.05, as far as costs are known. cheap may stand in.',
    )
    const silent = await evaluateHandMade({ ...made, fate: () => ({ state: 'made' }) })
    expect(silent.answer.join()).toContain('which of them is the cheapest is not known')
  })

  it('leaves out who made nothing of use, however like it is', async () => {
    const made = levels({ dear: 0.85, cheap: 0.85 }, 0.01, { plan: { sizes: ['1024x1024'] } })
    const { recommendation } = await evaluateHandMade({
      ...made,
      fate: ({ vendor }) => ({ state: 'made', cost: cents(3), size: vendor === 'cheap' ? '512x512' : '1024x1024' }),
    })
    expect(recommendation?.order).toEqual(['dear'])
    expect(recommendation?.excluded).toEqual([{ vendor: 'cheap', reason: 'None of its 12 pictures is usable.' }])
  })

  it('puts a cost that is known in part where it certainly belongs', async () => {
    const made = levels({ dear: 0.85, cheap: 0.85 }, 0.01)
    // One of twelve is unknown, and costs 10 cents at most: (11 x 2 + 10) / 12, less than 8.
    const { recommendation, answer } = await evaluateHandMade({
      ...made,
      fate: ({ vendor, prompt }) =>
        vendor === 'cheap' && prompt === 'p0'
          ? { state: 'made' }
          : { state: 'made', cost: cents(vendor === 'cheap' ? 2 : 8) },
    })
    expect(recommendation?.order).toEqual(['cheap', 'dear'])
    expect(recommendation?.reasons.join()).toContain('cheap: between $0.01833 and $0.02667')
    expect(answer.join()).toContain('within the margin of 0.05. dear may stand in.')
  })

  it('is not given where nobody shows the subject, nor of one vendor', async () => {
    const none = await evaluateHandMade(levels({ dear: 0.02, cheap: 0.01 }, 0.001))
    expect(none.recommendation).toBeUndefined()
    expect(none.withoutRecommendation).toMatch(/dear: The pictures do not show robby.*cheap: The pictures/)
    const one = await evaluateHandMade(levels({ dear: 0.9 }, 0.01))
    expect(one.withoutRecommendation).toMatch(/one vendor/)
  })
})

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('emitConfig', () => {
  const written = (yaml: string) => yaml.split('\n').filter((line) => !line.trimStart().startsWith('#'))

  it('writes the router in the order of the recommendation', async () => {
    const yaml = emitConfig(await evaluateHandMade(levels({ dear: 0.85, cheap: 0.84 }, 0.01)))
    expect(written(yaml)).toEqual([
      'routers:',
      '  "compared":',
      '    strategy: { mode: fallback }',
      '    targets:',
      '      - { provider: "cheap" }',
      '      - { provider: "dear" }',
      '',
    ])
    expect(yaml).toContain('11111111-2222-3333-4444-555555555555')
    expect(yaml).toContain('# emulated: do not use')
    expect(yaml).toMatch(/# cheap: likeness 0\.84 \(95 %: .*; a usable picture \$0\.02;/)
  })

  it('asks each provider once, under a name that is free', async () => {
    const made = levels({ one: 0.85, two: 0.85 }, 0.01, { emulated: false })
    const both = { provider: 'compared' }
    const yaml = emitConfig(
      await evaluateHandMade({
        ...made,
        plan: { vendors: { one: { ...both, generate: { steps: 20 } }, two: { ...both, generate: { steps: 40 } } } },
      }),
    )
    expect(written(yaml)).toEqual([
      'routers:',
      '  "compared-2":',
      '    strategy: { mode: single }',
      '    targets:',
      '      - { provider: "compared" }',
      '',
    ])
    expect(yaml).toContain('# Measured with settings that requests must bring along: pictures with {"steps":20}')
    expect(yaml).not.toContain('do not use')
  })

  it('lets no text out of its comment', async () => {
    const made = levels({ dear: 0.85, cheap: 0.84 }, 0.01)
    const evil = 'a\nrouters: {}\u2028default: evil\r\u0085x'
    const yaml = emitConfig(
      await evaluateHandMade({
        ...made,
        plan: {
          vendors: { dear: { provider: 'dear', generate: { negativePrompt: evil } }, cheap: { provider: 'cheap' } },
        },
      }),
    )
    expect(written(yaml)).toHaveLength(7)
    expect(yaml).not.toMatch(/[\u2028\u0085\r]/)
  })

  it('refuses where nothing is recommended, and says why, once', async () => {
    const evaluation = await evaluateHandMade({ vendors: ['one', 'two'] })
    expect(caught(() => emitConfig(evaluation))).toMatchObject({
      fields: undefined,
      hint: expect.stringContaining('likeness models pull'),
    })
    const scored = await evaluateHandMade(levels({ dear: 0.7, cheap: 0.68 }, 0.25))
    expect(caught(() => emitConfig(scored))).toMatchObject({ hint: expect.not.stringContaining('pull') })
    expect(() => emitConfig(evaluation)).toThrow(/No config can be written: .*likeness was not scored/)
  })
})
