import { clusterMean } from './cluster-mean.js'
import { clusterOf, type PictureWork } from './evaluated-work.js'
import type { Figure, ReportedMeasure } from './evaluation.js'
import type { RandomFor } from './random-for.js'

/** Why pictures have no number that no scorer looked at. */
export const unscored = 'not scored'

/** The most frequent reason why pictures have no number. */
function reasonOf(pictures: readonly PictureWork[], name: string): string {
  const messages = pictures.flatMap(({ picture }) => {
    const reading = picture.readings[name]
    return reading?.state === 'not-measured' ? [reading.message] : []
  })
  const counts = [...Map.groupBy(messages, (message) => message)].sort(
    ([, one], [, other]) => other.length - one.length,
  )
  return counts[0]?.[0] ?? unscored
}

/** One measure of the pictures of one vendor: the mean over the prompts. What has no number is left out. */
export function pictureFigure(
  { name, bounds }: ReportedMeasure,
  pictures: readonly PictureWork[],
  randomFor: RandomFor,
): Figure {
  const values = pictures.flatMap(({ picture }) => {
    const reading = picture.readings[name]
    return reading?.state === 'measured' ? [{ cluster: clusterOf(picture), value: reading.value }] : []
  })
  const came = pictures.some(({ picture }) => picture.image !== undefined)
  return clusterMean(values, randomFor(name), came ? reasonOf(pictures, name) : 'no picture came', bounds)
}
