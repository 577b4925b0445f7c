import type { Measure } from '../measure.js'
import { DUPLICATE_BITS, hashDistance, type PerceptualHash, perceptualHash } from './perceptual-hash.js'
import { type Picture, type PictureSource, readPicture } from './picture.js'

/** How much of a set of pictures shows the same thing again. */
export const nearDuplicateMeasure: Measure<'near-duplicates'> = {
  name: 'near-duplicates',
  title: 'Near-duplicates',
  unit: 'share, 0 to 1',
  direction: 'lower',
  meaning: `Share of the pictures that repeat an earlier one: their hashes of 64 bits differ in at most ${DUPLICATE_BITS}.`,
  notMeaning: 'Not the diversity of a set: pictures of another crop or pose count as new however alike they are.',
}

/** Two pictures that show the same; `first` and `second` are places in the list that was given. */
export interface NearDuplicate {
  readonly first: number
  readonly second: number
  /** Bits in which their hashes differ, 0 to 10. */
  readonly distance: number
}

/** Outcome of {@link findNearDuplicates}. */
export interface NearDuplicates {
  readonly pairs: readonly NearDuplicate[]
  /** Pictures that repeat an earlier one, as a share of those that show anything; nothing where none does. */
  readonly share: number | undefined
  /** Places of pictures of one colour: they have no hash. */
  readonly blank: readonly number[]
}

/** The hash of a picture as it is shown; nothing for a picture of one colour. */
export async function hashPicture(
  source: PictureSource | Picture,
  field?: string,
): Promise<PerceptualHash | undefined> {
  return perceptualHash((await readPicture(source, field)).shown.luma)
}

/** Compares every picture with every earlier one by the hashes of {@link hashPicture}. */
export function findNearDuplicates(hashes: readonly (PerceptualHash | undefined)[]): NearDuplicates {
  const pairs = hashes.flatMap((hash, second) =>
    hashes.slice(0, second).flatMap((earlier, first) => {
      if (hash === undefined || earlier === undefined) return []
      const distance = hashDistance(hash, earlier)
      return distance <= DUPLICATE_BITS ? [{ first, second, distance }] : []
    }),
  )
  const blank = hashes.flatMap((hash, index) => (hash === undefined ? [index] : []))
  const shown = hashes.length - blank.length
  const repeats = new Set(pairs.map(({ second }) => second)).size
  return { pairs, share: shown === 0 ? undefined : repeats / shown, blank }
}
