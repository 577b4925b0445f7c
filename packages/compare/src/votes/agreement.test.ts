import { describe, expect, it } from 'vitest'
import { agreementOf, krippendorffAlpha } from './agreement.js'
import type { Vote } from './vote.js'

/** One row for each observer, `.` where there is no value, turned into the values of each unit. */
function unitsOf(...observers: readonly string[]): string[][] {
  const rows = observers.map((row) => row.split(' '))
  return (rows[0] ?? []).map((_, unit) => rows.flatMap((row) => (row[unit] === '.' ? [] : [row[unit] ?? ''])))
}

describe('krippendorffAlpha', () => {
  it('gives the published value of four observers with values missing', () => {
    // Krippendorff 2011, section C: 0.743 for nominal data.
    const units = unitsOf(
      '1 2 3 3 2 1 4 1 2 . . .',
      '1 2 3 3 2 2 4 1 2 5 . 3',
      '. 3 3 3 2 3 4 2 2 5 1 .',
      '1 2 3 3 2 4 4 1 2 5 1 .',
    )
    expect(krippendorffAlpha(units)).toBeCloseTo(0.743, 3)
  })

  it('gives the published value of two observers', () => {
    // Krippendorff 2011, sections A and B: 0.095 for binary data, 0.692 for nominal.
    expect(krippendorffAlpha(unitsOf('0 1 0 0 0 0 0 0 1 0', '1 1 1 0 0 1 0 0 0 0'))).toBeCloseTo(0.095, 3)
    expect(krippendorffAlpha(unitsOf('a a b b d c c c e d d a', 'b a b b b c c c e d d d'))).toBeCloseTo(0.692, 3)
  })

  it('is 1 for full agreement, and unknown where there is nothing to compare', () => {
    expect(krippendorffAlpha(unitsOf('a b a', 'a b a'))).toBe(1)
    expect(krippendorffAlpha(unitsOf('a b a', '. . .'))).toBeUndefined()
    expect(krippendorffAlpha(unitsOf('a a', 'a a'))).toBeUndefined()
    expect(krippendorffAlpha([])).toBeUndefined()
  })
})

describe('agreementOf', () => {
  const vote: Vote = { voter: 'ada', prompt: 'p', seed: 1, left: 'one', right: 'two', choice: 'left' }

  it('sees the same choice on swapped sides, and not another on the same side', () => {
    const votes: readonly Vote[] = [
      vote,
      { ...vote, voter: 'bob', left: 'two', right: 'one', choice: 'right' },
      { ...vote, seed: 2, choice: 'right' },
      { ...vote, seed: 2, voter: 'bob', left: 'two', right: 'one', choice: 'left' },
    ]
    expect(agreementOf(votes)).toEqual({ alpha: 1, voters: 2, sharedPairs: 2 })
    const contrary = votes.map((one) => (one.voter === 'bob' ? { ...one, left: 'one', right: 'two' } : one))
    expect(agreementOf(contrary).alpha).toBeLessThan(0)
  })

  it('counts the last word of a voter alone', () => {
    const votes: readonly Vote[] = [
      vote,
      { ...vote, voter: 'bob', choice: 'right' },
      { ...vote, voter: 'bob', left: 'two', right: 'one', choice: 'right' },
      { ...vote, seed: 2, choice: 'tie' },
      { ...vote, seed: 2, voter: 'bob', choice: 'tie' },
    ]
    expect(agreementOf(votes)).toEqual({ alpha: 1, voters: 2, sharedPairs: 2 })
  })

  it('does not call one voter agreed', () => {
    expect(agreementOf([vote])).toEqual({ alpha: undefined, voters: 1, sharedPairs: 0 })
  })

  it('refuses a vendor against itself', () => {
    expect(() => agreementOf([{ ...vote, right: 'one' }])).toThrow(/votes\[0\]\.right must be another vendor/)
  })
})
