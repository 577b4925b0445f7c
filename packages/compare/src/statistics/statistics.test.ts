import { describe, expect, it } from 'vitest'
import { bootstrapMean } from './bootstrap.js'
import { effectSize } from './effect-size.js'
import { holm } from './holm.js'
import { normalQuantile } from './normal.js'
import { seededRandom } from './random.js'
import { promptsToSeparate } from './sample-size.js'
import { quantile, summarize } from './summary.js'
import { rateOf } from './wilson.js'

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.8, 0.8416212],
    [0.975, 1.959964],
    [0.995, 2.5758293],
    [0.0005, -3.2905267],
    [0.99999, 4.2648908],
  ])('of %d is %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 2)
    expect(normalQuantile(probability) / (expected || 1)).toBeCloseTo(expected === 0 ? 0 : 1, 4)
  })
})

describe('rateOf', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  it.each([
    { count: 81, total: 263, low: 0.2553, high: 0.3662 },
    { count: 15, total: 148, low: 0.0624, high: 0.1605 },
    { count: 0, total: 20, low: 0, high: 0.1611 },
    { count: 1, total: 29, low: 0.0061, high: 0.1718 },
  ])('$count of $total lies in $low to $high', ({ count, total, low, high }) => {
    const { interval } = rateOf(count, total) ?? {}
    expect(interval?.low).toBeCloseTo(low, 4)
    expect(interval?.high).toBeCloseTo(high, 4)
  })

  it('is symmetric, and knows nothing of nothing', () => {
    const none = rateOf(0, 20)?.interval
    expect(rateOf(20, 20)?.interval).toMatchObject({ low: 1 - (none?.high ?? 0), high: 1 })
    expect(rateOf(0, 0)).toBeUndefined()
  })

  it('refuses counts that cannot be', () => {
    expect(() => rateOf(3, 2)).toThrow(/count must be a whole number from 0 to total \(2\), not 3/)
    expect(() => rateOf(1, 2.5)).toThrow(/total must be a whole number from 0, not 2.5/)
  })
})

describe('holm', () => {
  it('steps down, and stops at the first that fails', () => {
    // Holm 1979: 0.01 < 0.05/4, 0.015 < 0.05/3, 0.03 > 0.05/2, and so 0.04 fails though below 0.05.
    const steps = holm([0.04, 0.01, 0.03, 0.015], 0.05)
    expect(steps.map(({ holds }) => holds)).toEqual([false, true, false, true])
    expect(steps.map(({ level }) => level)).toEqual([0.025, 0.0125, 0.025, 0.05 / 3])
  })

  it('lets all hold', () => {
    expect(holm([0.001, 0.04], 0.05)).toEqual([
      { holds: true, level: 0.025 },
      { holds: true, level: 0.05 },
    ])
  })
})

describe('summarize', () => {
  it('interpolates quantiles as R and NumPy do', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({
      count: 4,
      mean: 2.5,
      standardDeviation: Math.sqrt(5 / 3),
      minimum: 1,
      p25: 1.75,
      median: 2.5,
      p75: 3.25,
      p95: expect.closeTo(3.85, 12),
      maximum: 4,
    })
    expect(quantile([1, 2, 3, 4], 0.9)).toBeCloseTo(3.7, 12)
  })

  it('does not invent a spread or a value', () => {
    expect(summarize([2])?.standardDeviation).toBeUndefined()
    expect(summarize([])).toBeUndefined()
    expect(() => summarize([1, Number.NaN])).toThrow(/values must be finite numbers, not NaN/)
    expect(() => quantile([1], 95)).toThrow(/probability must be from 0 to 1, not 95/)
  })
})

describe('effectSize', () => {
  it('is the mean over the spread, and the share that is higher', () => {
    expect(effectSize([1, 3])).toEqual({ standardized: 2 / Math.SQRT2, firstHigher: 1 })
    expect(effectSize([-1, 0, 1])).toEqual({ standardized: 0, firstHigher: 0.5 })
    expect(effectSize([2, 2])).toEqual({ standardized: undefined, firstHigher: 1 })
  })
})

describe('bootstrapMean', () => {
  const values = [0.3, 0.1, -0.2, 0.5, 0.4, 0.2, 0.1, 0.6]

  it('comes near the t interval for values like normal ones', () => {
    const { mean, standardError, interval } = bootstrapMean(values, seededRandom(1), 19_999)
    expect(mean).toBeCloseTo(0.25, 12)
    // Student's t with 7 degrees of freedom: 2.365.
    expect(interval(0.95).low / (mean - 2.365 * standardError)).toBeGreaterThan(0)
    expect((interval(0.95).high - interval(0.95).low) / (2 * 2.365 * standardError)).toBeCloseTo(1, 0)
  })

  it('leans to where the values are', () => {
    const { mean, interval } = bootstrapMean([0, 0.1, 0.1, 0.2, 0.2, 0.3, 2, 0.1], seededRandom(1), 9_999)
    const { low, high } = interval(0.95)
    expect(high - mean).toBeGreaterThan(1.5 * (mean - low))
  })

  it.each([0, 0.02, 0.05])('excludes a margin of %d by the interval just where the p-value says so', (margin) => {
    const { interval, pValue } = bootstrapMean(values, seededRandom(2), 9_999)
    const p = pValue(margin)
    expect(interval(1 - p * 1.02).low).toBeGreaterThan(margin)
    expect(interval(1 - p * 0.98).low).toBeLessThan(margin)
  })

  it('gives mirrored values the same p-value', () => {
    const mirrored = values.map((value) => -value)
    const { pValue } = bootstrapMean(mirrored, seededRandom(2), 9_999)
    expect(pValue(0)).toBeCloseTo(bootstrapMean(values, seededRandom(2), 9_999).pValue(0), 12)
  })
})

describe('promptsToSeparate', () => {
  it('follows the formula for a paired test', () => {
    // d = 0.5, 5 % two-sided, power 80 %: 34 pairs in the tables (Cohen 1988).
    const hint = promptsToSeparate({ mean: 0.5, standardError: 1 / Math.sqrt(10), prompts: 10, margin: 0, level: 0.05 })
    expect(hint).toEqual({ kind: 'more-prompts', prompts: 24 })
  })

  it('asks for more where the difference barely passes the margin', () => {
    const input = { mean: 0.5, standardError: 0.1, prompts: 10, level: 0.05 }
    const far = promptsToSeparate({ ...input, margin: 0.1 })
    const near = promptsToSeparate({ ...input, margin: 0.4 })
    if (far.kind !== 'more-prompts' || near.kind !== 'more-prompts') throw new Error('expected more prompts')
    expect(near.prompts).toBeGreaterThan(4 * far.prompts)
  })
})
