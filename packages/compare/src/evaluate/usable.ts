import type { Reading } from '../measure.js'
import { DUPLICATE_BITS } from '../pixels/perceptual-hash.js'
import type { StoredImage } from '../run/lines.js'
import { percent } from './words.js'

/** Name of the measure that vendors are judged by first: the share of the way from strangers to the subject. */
export const likenessName = 'likeness'

/** What decides whether a picture is of use. */
export interface JudgedPicture {
  readonly image: StoredImage
  readonly readings: Readonly<Record<string, Reading>>
  /** As asked for. */
  readonly size?: string | undefined
  /** Least likeness, as the plan says. */
  readonly leastLikeness: number
}

/** Whether a picture is nearly a training photo; `undefined` where nobody looked. */
export function isLeaked(readings: Readonly<Record<string, Reading>>): boolean | undefined {
  const { leakage } = readings
  return leakage?.state === 'measured' ? leakage.value <= DUPLICATE_BITS : undefined
}

/** Whether a picture has the size that was asked for; `undefined` where the vendor could choose. */
export function hasSize({ width, height }: StoredImage, size: string | undefined): boolean | undefined {
  return size === undefined ? undefined : `${width}x${height}` === size
}

function isUnreadable(readings: Readonly<Record<string, Reading>>): boolean {
  const all = Object.values(readings)
  return all.length > 0 && all.every((reading) => reading.state === 'not-measured' && reading.reason === 'failed')
}

function likenessFault(reading: Reading | undefined, least: number): readonly string[] {
  if (reading === undefined) return []
  if (reading.state === 'not-measured') return reading.reason === 'no-face' ? ['shows no face'] : []
  if (reading.value >= least) return []
  return [`too little like the subject: ${percent(reading.value)} of the way, ${percent(least)} is asked for`]
}

/** Why a picture that came is of no use, in words; nothing where it is usable. */
export function faultsOf({ image, readings, size, leastLikeness }: JudgedPicture): readonly string[] {
  if (isUnreadable(readings)) return ['cannot be decoded']
  const wrongSize = hasSize(image, size) === false ? [`is ${image.width}x${image.height}, not ${size}`] : []
  const leaked = isLeaked(readings) ? ['is nearly a training photo'] : []
  return [...wrongSize, ...leaked, ...likenessFault(readings[likenessName], leastLikeness)]
}
