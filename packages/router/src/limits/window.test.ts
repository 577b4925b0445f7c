import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeAt, outsideWindow } from './window.js'

describe('the sliding minute', () => {
  it('counts what was sent less than a minute ago', () => {
    expect(outsideWindow([0, 1, 60_000], 60_000)).toBe(1)
    expect(outsideWindow([0, 1], 70_000)).toBe(2)
  })

  it.each<[readonly number[], number, number, number, number]>([
    [[], 1, 5, 0, 5],
    [[0], 2, 5, 0, 5],
    [[0, 3], 2, 5, 0, 60_000],
    [[0, 3], 2, 5, 1, 60_003],
    [[0, 3], 2, 5, 2, 120_000],
    [[0, 3], 2, 60_000, 0, 60_000],
    // More than the limit were sent under a looser one.
    [[0, 1, 2, 3], 2, 5, 0, 60_002],
    [[0, 1, 2, 3], Number.POSITIVE_INFINITY, 5, 9, 5],
  ])('of %j at most %i: at %i with %i ahead it is free at %i', (sent, limit, now, ahead, expected) => {
    expect(freeAt(sent, limit, now, ahead)).toBe(expected)
  })

  it('is free at the very moment that it names, and no earlier', () => {
    const sent = fc.array(fc.nat(60_000), { maxLength: 20 }).map((times) => times.toSorted((one, other) => one - other))
    fc.assert(
      fc.property(sent, fc.integer({ min: 1, max: 8 }), (times, limit) => {
        const at = freeAt(times, limit, 60_000)
        expect(times.length - outsideWindow(times, at)).toBeLessThan(limit)
        if (at > 60_000) expect(times.length - outsideWindow(times, at - 1)).toBeGreaterThanOrEqual(limit)
      }),
    )
  })
})
