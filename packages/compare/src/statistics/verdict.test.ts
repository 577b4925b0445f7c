import { describe, expect, it } from 'vitest'
import { explainVerdict } from './explain-verdict.js'
import { type Random, seededRandom } from './random.js'
import type { Score } from './score.js'
import { fewestPrompts, type Verdict, type VerdictInput, verdict } from './verdict.js'

const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

interface Quality {
  readonly [vendor: string]: number
}

/** Prompts differ in difficulty (0.1), vendors in how they take a prompt (0.05), pictures of one prompt a little (0.03). */
function simulate(quality: Quality, prompts: number, seeds: number, random: Random): Score[] {
  return Array.from({ length: prompts }, (_, prompt) => {
    const difficulty = 0.1 * gaussian(random)
    return Object.entries(quality).flatMap(([vendor, level]) => {
      const taste = 0.05 * gaussian(random)
      return Array.from({ length: seeds }, (_, seed) => ({
        vendor,
        prompt: `prompt ${prompt}`,
        seed,
        value: level + difficulty + taste + 0.03 * gaussian(random),
      }))
    })
  }).flat()
}

function judge(scores: readonly Score[], options: Partial<VerdictInput> = {}): Verdict {
  return verdict({ scores, direction: 'higher', random: seededRandom(1), ...options })
}

const winnerOf = (result: Verdict) => (result.outcome === 'winner' ? result.winner : undefined)

function comparedOf(result: Verdict) {
  const [comparison] = result.comparisons
  if (comparison?.state !== 'compared') throw new Error('expected a comparison')
  return comparison
}

describe('verdict', () => {
  it.each([
    { equal: { one: 0.6, two: 0.6 }, prompts: 20 },
    { equal: { one: 0.6, two: 0.6 }, prompts: fewestPrompts },
    { equal: { one: 0.6, two: 0.6, three: 0.6, four: 0.6 }, prompts: 10 },
  ])('names no winner among equals in at least 95 of 100 runs: $equal at $prompts prompts', ({ equal, prompts }) => {
    const named = Array.from({ length: 100 }, (_, run) => {
      const random = seededRandom(1000 + run)
      return judge(simulate(equal, prompts, 4, random), { random })
    }).filter((result) => result.comparisons.some((one) => one.state === 'compared' && one.better !== undefined))
    expect(named.length).toBeLessThanOrEqual(5)
  })

  it('does not take four pictures of a prompt for four prompts', () => {
    // The same pictures counted as independent would name a winner in half of the runs.
    const named = Array.from({ length: 100 }, (_, run) => {
      const random = seededRandom(7000 + run)
      return winnerOf(judge(simulate({ one: 0.6, two: 0.6 }, 8, 20, random), { random }))
    }).filter((winner) => winner !== undefined)
    expect(named.length).toBeLessThanOrEqual(5)
  })

  it('finds a difference that is there, whatever the order and the direction', () => {
    const scores = simulate({ worse: 0.5, better: 0.6 }, 20, 2, seededRandom(3))
    expect(winnerOf(judge(scores))).toBe('better')
    expect(winnerOf(judge(scores.toReversed()))).toBe('better')
    expect(winnerOf(judge(scores, { direction: 'lower' }))).toBe('worse')
  })

  it('measures the difference with the interval around it', () => {
    const { mean, interval, corrected, effect, prompts, pairs } = comparedOf(
      judge(simulate({ better: 0.6, worse: 0.5 }, 20, 2, seededRandom(3))),
    )
    expect({ prompts, pairs }).toEqual({ prompts: 20, pairs: 40 })
    expect(interval.low).toBeLessThan(0.1)
    expect(interval.high).toBeGreaterThan(0.1)
    expect(interval.low).toBeLessThan(mean)
    expect(corrected.low).toBeLessThan(interval.low)
    expect(corrected.high).toBeGreaterThan(interval.high)
    // 0.1 over the spread of a difference: 0.05 and 0.03 / √2 twice.
    expect(effect.standardized).toBeCloseTo(0.1 / Math.sqrt(2 * (0.05 ** 2 + 0.03 ** 2 / 2)), 0)
    expect(effect.firstHigher).toBeGreaterThan(0.8)
  })

  it('covers the true difference as often as it says', () => {
    const runs = 400
    const held = Array.from({ length: runs }, (_, run) => {
      const random = seededRandom(50_000 + run)
      return comparedOf(judge(simulate({ one: 0.62, two: 0.6 }, 12, 2, random), { random }))
    }).filter(({ interval }) => interval.low <= 0.02 && 0.02 <= interval.high)
    expect(held.length / runs).toBeGreaterThan(0.92)
    expect(held.length / runs).toBeLessThan(0.98)
  })

  it('names no winner for a difference that does not matter', () => {
    const scores = simulate({ better: 0.6, worse: 0.5 }, 60, 2, seededRandom(4))
    expect(winnerOf(judge(scores, { margin: 0.02 }))).toBe('better')
    const result = judge(scores, { margin: 0.2 })
    expect(result).toMatchObject({ outcome: 'no-winner', leaders: ['better', 'worse'] })
    expect(comparedOf(result).hint).toEqual({ kind: 'within-margin' })
  })

  it('names leaders where two are alike and the third is behind', () => {
    const result = judge(simulate({ one: 0.6, two: 0.6, behind: 0.3 }, 15, 2, seededRandom(5)))
    expect(result).toMatchObject({ outcome: 'no-winner', leaders: ['one', 'two'] })
    expect(explainVerdict(result)[0]).toBe('No winner: one and two cannot be told apart.')
    expect(explainVerdict(result)).toHaveLength(2)
  })

  it('needs the winner to beat every other, and widens with the number of pairs', () => {
    const random = seededRandom(6)
    const scores = simulate({ best: 0.9, two: 0.6, three: 0.5, four: 0.4 }, 15, 2, random)
    const result = judge(scores)
    expect(winnerOf(result)).toBe('best')
    expect(explainVerdict(result)).toEqual(['best is better than two, three and four.'])
    const pair = judge(scores.filter(({ vendor }) => vendor === 'best' || vendor === 'two'))
    const widthOf = ({ corrected }: ReturnType<typeof comparedOf>) => corrected.high - corrected.low
    expect(widthOf(comparedOf(result))).toBeGreaterThan(widthOf(comparedOf(pair)))
  })

  it('says that there are too few prompts', () => {
    const scores = simulate({ one: 0.9, two: 0.1 }, fewestPrompts - 1, 8, seededRandom(7))
    const result = judge(scores)
    expect(result).toMatchObject({ outcome: 'too-few-prompts', needed: 6 })
    expect(explainVerdict(result)).toEqual([
      'No winner can be named: it takes at least 6 prompts that both of a pair made pictures of.',
      'one and two share 5 prompts.',
    ])
  })

  it('compares only what both made, and counts what it left out', () => {
    const scores = simulate({ one: 0.6, two: 0.6 }, 10, 2, seededRandom(8))
    // Pictures that only one of them made are far better: they must not count.
    const alone = Array.from({ length: 10 }, (_, seed) => ({ vendor: 'one', prompt: 'alone', seed, value: 100 }))
    const { mean, unpaired, pairs } = comparedOf(judge([...scores, ...alone]))
    expect(Math.abs(mean)).toBeLessThan(0.2)
    expect({ unpaired, pairs }).toEqual({ unpaired: 10, pairs: 20 })
  })

  it('averages repeats and weighs each prompt alike', () => {
    const prompts = Array.from({ length: 6 }, (_, index) => `prompt ${index}`)
    const scores = prompts.flatMap((prompt, index) => [
      // The first prompt has nine seeds and each repeated; it weighs no more for that.
      ...Array.from({ length: index === 0 ? 9 : 1 }, (_, seed) => [
        { vendor: 'one', prompt, seed, value: index === 0 ? 5 : 1 },
        { vendor: 'one', prompt, seed, value: index === 0 ? 9 : 1 },
        { vendor: 'two', prompt, seed, value: 0 },
      ]).flat(),
    ])
    expect(comparedOf(judge(scores)).mean).toBeCloseTo((7 + 5) / 6, 12)
  })

  it('trusts differences that are all the same, as those of prices', () => {
    const scores = Array.from({ length: 8 }, (_, prompt) => [
      { vendor: 'dear', prompt: `${prompt}`, seed: 1, value: 0.05 },
      { vendor: 'cheap', prompt: `${prompt}`, seed: 1, value: 0.025 },
    ]).flat()
    const result = judge(scores, { direction: 'lower' })
    expect(winnerOf(result)).toBe('cheap')
    const same = scores.map((score) => ({ ...score, value: 1 }))
    expect(judge(same)).toMatchObject({ outcome: 'no-winner', leaders: ['dear', 'cheap'] })
  })

  it('is not thrown by one that differs a little among many that are the same', () => {
    const prices = (retried: string) =>
      Array.from({ length: 10 }, (_, prompt) => [
        { vendor: 'dear', prompt: `${prompt}`, seed: 1, value: `${prompt}` === retried ? 0.051 : 0.05 },
        { vendor: 'cheap', prompt: `${prompt}`, seed: 1, value: 0.025 },
      ]).flat()
    const { interval } = comparedOf(judge(prices('3'), { direction: 'lower' }))
    expect(interval.low).toBeGreaterThan(0.024)
    expect(interval.high).toBeLessThan(0.027)
    expect(winnerOf(judge(prices('3'), { direction: 'lower' }))).toBe('cheap')
  })

  it('corrects for those pairs alone whose difference matters', () => {
    // Each step of 0.1 is far beyond chance; beyond the margin is only the one of 0.2.
    const scores = simulate({ one: 0.6, two: 0.5, three: 0.4 }, 60, 2, seededRandom(14))
    const levels = (margin: number) =>
      judge(scores, { margin }).comparisons.map((pair) =>
        pair.state === 'compared' ? 1 - pair.corrected.confidence : 0,
      )
    // In the order one-two, one-three, two-three.
    expect(levels(0.13)).toEqual([0.01 / 2, 0.01 / 3, 0.01 / 2].map((level) => expect.closeTo(level, 10)))
    expect(levels(0).toSorted()).toEqual([0.01 / 3, 0.01 / 2, 0.01].map((level) => expect.closeTo(level, 10)))
  })

  it('draws enough to tell a winner among many', () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`vendor ${index}`, index === 5 ? 2 : 0.5]),
    )
    expect(winnerOf(judge(simulate(many, 8, 1, seededRandom(15))))).toBe('vendor 5')
  })

  it('is the same for the same seed', () => {
    const scores = simulate({ one: 0.6, two: 0.58 }, 9, 2, seededRandom(9))
    expect(judge(scores)).toEqual(judge(scores))
  })

  it('refuses what it cannot judge, and says what it takes', () => {
    const scores = simulate({ one: 0.6, two: 0.58 }, 9, 2, seededRandom(9))
    expect(() => judge(scores.filter(({ vendor }) => vendor === 'one'))).toThrow(/scores of at least two vendors/)
    expect(() => judge([...scores, { vendor: 'one', prompt: 'x', seed: 1, value: Number.NaN }])).toThrow(
      /scores\[36\]\.value must be a finite number, not NaN/,
    )
    expect(() => judge(scores, { margin: -1 })).toThrow(/margin must be a number from 0, not -1/)
    expect(() => judge(scores, { confidence: 95 })).toThrow(/confidence must be between 0 and 1, as 0.95, not 95/)
  })
})

describe('sample-size hint', () => {
  it('asks for about as many prompts as then separate in most runs', () => {
    const first = judge(simulate({ one: 0.63, two: 0.6 }, 10, 2, seededRandom(12)))
    const { hint, mean, interval } = comparedOf(first)
    expect(interval.low).toBeLessThan(0)
    if (hint.kind !== 'more-prompts') throw new Error(`expected more prompts, not ${hint.kind}`)
    expect(explainVerdict(first)).toContain(`About ${hint.prompts} more prompts would separate one and two.`)
    // If what was seen is the truth, so many prompts find it in about 80 of 100 runs.
    const found = Array.from({ length: 60 }, (_, run) => {
      const random = seededRandom(90_000 + run)
      return winnerOf(judge(simulate({ one: 0.6 + mean, two: 0.6 }, 10 + hint.prompts, 2, random), { random }))
    }).filter((winner) => winner === 'one')
    expect(found.length).toBeGreaterThan(30)
    expect(found.length).toBeLessThan(60)
  })
})
