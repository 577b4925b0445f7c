import type { NotMeasuredReason } from '../measure.js'
import type { Score } from '../statistics/score.js'
import { clusterOf, durationOf, type PictureWork } from './evaluated-work.js'
import type { EvaluatedPicture, ReportedMeasure } from './evaluation.js'
import { isLeaked, likenessName } from './usable.js'
import type { VendorWork } from './vendors.js'

/** Seeds are smaller than this. */
const sizeStep = 2 ** 32

/**
 * Where a picture stands for a comparison. Two sizes of one prompt and seed are two places, but not two prompts: they are
 * no more independent of each other than two seeds are.
 */
export function placeOf(picture: EvaluatedPicture, sizes: readonly string[]): Pick<Score, 'prompt' | 'seed'> {
  const size = picture.size === undefined ? 0 : 1 + sizes.indexOf(picture.size)
  return { prompt: clusterOf(picture), seed: picture.seed + sizeStep * size }
}

/** How far a number lies outside the photos' range; 0 inside. */
function outside(value: number, measure: ReportedMeasure, subject: string): number | undefined {
  const range = measure.photos?.[subject]
  if (range === undefined) return undefined
  return Math.max(0, range.minimum - value, value - range.maximum)
}

function readingOf({ picture }: PictureWork, measure: ReportedMeasure): number | undefined {
  const reading = picture.readings[measure.name]
  if (reading?.state !== 'measured') return undefined
  return measure.direction === 'as-photos' ? outside(reading.value, measure, picture.subject) : reading.value
}

/** The number of one picture by which vendors are compared; `undefined` where there is none. */
function numberOf(work: PictureWork, measure: ReportedMeasure): number | undefined {
  const { picture, paid, settled } = work
  switch (measure.name) {
    case 'usable':
      return settled ? Number(picture.usable === true) : undefined
    case 'picture-cost':
      return picture.image !== undefined && paid.state === 'known' ? paid.amount : undefined
    case 'picture-time':
      return picture.image === undefined ? undefined : durationOf(picture)
    // A training photo that came back is as like as can be, and shows nothing of what the vendor can make.
    case likenessName:
      return isLeaked(picture.readings) ? undefined : readingOf(work, measure)
    default:
      return readingOf(work, measure)
  }
}

/** All numbers of one measure and one vendor. */
export function scoresOf({ name, pictures }: VendorWork, measure: ReportedMeasure, sizes: readonly string[]): Score[] {
  return pictures.flatMap((work) => {
    const value = numberOf(work, measure)
    return value === undefined ? [] : [{ vendor: name, ...placeOf(work.picture, sizes), value }]
  })
}

/** Pictures whose likeness counts for nothing, since they are nearly a training photo. Their vendor loses nothing by them either. */
export function copiesIn({ pictures }: VendorWork): readonly PictureWork[] {
  return pictures.filter(({ picture }) => isLeaked(picture.readings) === true)
}

/** Reasons for which there is no number that lie in the picture, and not in the scorer or the plan. */
const ofThePicture: ReadonlySet<NotMeasuredReason> = new Set(['no-face', 'too-flat', 'too-small', 'failed'])

/**
 * Pictures that are missing from a comparison for a reason that may lie in what they show: without a face, refused for
 * their content, failed as a job. A lost connection is none, nor is a scorer that could not work.
 */
export function leftOut({ pictures }: VendorWork, measure: ReportedMeasure): readonly PictureWork[] {
  return pictures.filter(({ picture }) => {
    if (picture.image === undefined) {
      return picture.state === 'failed' && ['content-blocked', 'job-failed'].includes(picture.error?.kind ?? '')
    }
    const reading = picture.readings[measure.name]
    return reading?.state === 'not-measured' && ofThePicture.has(reading.reason)
  })
}
