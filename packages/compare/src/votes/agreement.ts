import { comparedPictures, currentVotes, preferredVendor, type Vote } from './vote.js'

/** How far voters agree beyond chance. */
export interface Agreement {
  /**
   * Krippendorff's alpha for names: 1 is full agreement, 0 what chance gives, below that people contradict each other.
   * From 0.8 results are held reliable, from 0.667 tentative. It is low, rightly, where the pictures are equally good.
   * `undefined` where no pictures were judged by two people, or everybody always said the same.
   */
  readonly alpha: number | undefined
  readonly voters: number
  /** Pairs of pictures that at least two people judged. */
  readonly sharedPairs: number
}

/**
 * Agreement between the people who voted. Alpha and not Fleiss' kappa: it takes pictures that only some judged.
 *
 * @throws LikenessError `invalid-request` where a vendor is compared with itself
 */
export function agreementOf(votes: readonly Vote[]): Agreement {
  const current = currentVotes(votes)
  const judgements = [...Map.groupBy(current, comparedPictures).values()].map((ofPair) =>
    ofPair.map((vote) => JSON.stringify(preferredVendor(vote) ?? null)),
  )
  return {
    alpha: krippendorffAlpha(judgements),
    voters: new Set(current.map(({ voter }) => voter)).size,
    sharedPairs: judgements.filter(({ length }) => length > 1).length,
  }
}

/**
 * Krippendorff's alpha for nominal data, any number of observers, values missing anywhere.
 * K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.
 *
 * @param units the values that each unit was given
 * @returns `undefined` where no unit has two values, or all the values are the same
 */
export function krippendorffAlpha(units: readonly (readonly string[])[]): number | undefined {
  const pairable = units.filter(({ length }) => length > 1)
  const total = pairable.reduce((sum, { length }) => sum + length, 0)
  const observed = pairable.reduce((sum, values) => sum + differing(values) / (values.length - 1), 0)
  const expected = differing(pairable.flat()) / (total - 1)
  return total === 0 || expected === 0 ? undefined : 1 - observed / expected
}

/** Ordered pairs of different values. */
function differing(values: readonly string[]): number {
  const same = [...Map.groupBy(values, (value) => value).values()]
  return values.length ** 2 - same.reduce((sum, { length }) => sum + length ** 2, 0)
}
