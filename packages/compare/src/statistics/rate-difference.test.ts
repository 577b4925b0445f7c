import { describe, expect, it } from 'vitest'
import { rateDifference } from './rate-difference.js'
import { rateOf } from './wilson.js'

// Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
describe.each([
  { first: [56, 70], second: [48, 80], low: 0.0524, high: 0.3339 },
  { first: [9, 10], second: [3, 10], low: 0.1705, high: 0.809 },
  { first: [6, 7], second: [2, 7], low: 0.0582, high: 0.8062 },
  { first: [5, 56], second: [0, 29], low: -0.0381, high: 0.1926 },
] as const)('the difference of $first and $second', ({ first, second, low, high }) => {
  it(`lies between ${low} and ${high}`, () => {
    const [one, other] = [rateOf(first[0], first[1]), rateOf(second[0], second[1])]
    if (one === undefined || other === undefined) throw new Error('no rate')
    const interval = rateDifference(one, other)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })
})
