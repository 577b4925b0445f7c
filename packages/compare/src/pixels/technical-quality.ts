import { LikenessError } from '@likeness/core'
import type { Measure, Reading } from '../measure.js'
import { fitNaturalness, type Naturalness, naturalnessMeasure } from './naturalness.js'
import { type Picture, type PictureSource, readPicture } from './picture.js'
import { type PixelFacts, type PixelMaths, pixelMathsHere } from './pixel-maths.js'
import { type PixelMeasureName, type PixelReadings, pixelMeasures } from './pixel-measures.js'

/** Name of a measure of technical quality. */
export type TechnicalMeasureName = PixelMeasureName | 'naturalness'

/** Every measure of technical quality, in the order in which they are shown. They are never summed. */
export const technicalMeasures: readonly Measure<TechnicalMeasureName>[] = [...pixelMeasures, naturalnessMeasure]

/** A measure over the training photos: what a number of a picture is read against. */
export interface PhotoRange {
  readonly minimum: number
  readonly median: number
  readonly maximum: number
  /** How many photos gave a number. */
  readonly photos: number
}

/** One measure of one picture, beside the training photos'. */
export interface TechnicalMeasurement {
  readonly measure: TechnicalMeasureName
  readonly reading: Reading
  /** Nothing where no photo gave a number. */
  readonly photos: PhotoRange | undefined
  /** Where the number lies against the photos' range; nothing where either is missing. */
  readonly position: 'below' | 'within' | 'above' | undefined
}

/** Measures pictures against the training photos that it was made from. */
export interface TechnicalQuality {
  readonly ranges: Readonly<Record<TechnicalMeasureName, PhotoRange | undefined>>
  /**
   * Every one of {@link technicalMeasures}.
   *
   * @throws LikenessError `invalid-request` where the picture cannot be decoded
   */
  measure(picture: PictureSource | Picture): Promise<readonly TechnicalMeasurement[]>
}

/** The range of numbers; nothing where there are none. */
export function rangeOf(values: readonly number[]): PhotoRange | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const [minimum, maximum] = [sorted[0], sorted.at(-1)]
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (minimum === undefined || maximum === undefined || lower === undefined || upper === undefined) return undefined
  return { minimum, median: (lower + upper) / 2, maximum, photos: sorted.length }
}

const measuredValues = (readings: readonly Reading[]) =>
  readings.flatMap((reading) => (reading.state === 'measured' ? [reading.value] : []))

function positionOf(reading: Reading, photos: PhotoRange | undefined): TechnicalMeasurement['position'] {
  if (reading.state === 'not-measured' || photos === undefined) return undefined
  if (reading.value < photos.minimum) return 'below'
  return reading.value > photos.maximum ? 'above' : 'within'
}

function rangesOf(photos: readonly PixelReadings[], natural: Naturalness): TechnicalQuality['ranges'] {
  const ranges = technicalMeasures.map(({ name }) => {
    const readings = name === 'naturalness' ? natural.photos : photos.map((photo) => photo[name])
    return [name, rangeOf(measuredValues(readings))] as const
  })
  return Object.fromEntries(ranges) as TechnicalQuality['ranges']
}

function measurementsOf(facts: PixelFacts, natural: Naturalness, ranges: TechnicalQuality['ranges']) {
  return technicalMeasures.map(({ name }): TechnicalMeasurement => {
    const reading = name === 'naturalness' ? natural.measure(facts.patches ?? []) : facts.readings[name]
    return { measure: name, reading, photos: ranges[name], position: positionOf(reading, ranges[name]) }
  })
}

/**
 * Learns the range of the training photos. Needs one photo for ranges, and about 20 for `naturalness`; with fewer that
 * one measure says `too-few-photos`. Photos are decoded one after the other, so that memory stays flat.
 *
 * @param maths - where pixels are computed with. @default in this thread
 * @throws LikenessError `invalid-request` without photos, or where one cannot be decoded
 */
export async function createTechnicalQuality(
  photos: readonly PictureSource[],
  maths: PixelMaths = pixelMathsHere,
): Promise<TechnicalQuality> {
  if (photos.length === 0) {
    const message = 'given none; at least one training photo is needed'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `photos: ${message}`,
      fields: [{ field: 'photos', message }],
    })
  }
  const learnt: PixelFacts[] = []
  for (const [index, photo] of photos.entries()) {
    learnt.push(await maths.take(await readPicture(photo, `photos.${index}`), true))
  }
  const natural = fitNaturalness(learnt.map(({ patches = [] }) => patches))
  const ranges = rangesOf(
    learnt.map(({ readings }) => readings),
    natural,
  )
  return {
    ranges,
    measure: async (source) =>
      measurementsOf(await maths.take(await readPicture(source), natural.fitted), natural, ranges),
  }
}
