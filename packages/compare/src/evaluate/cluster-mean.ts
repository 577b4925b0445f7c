import type { Bounds } from '../measure.js'
import { bootstrapMean } from '../statistics/bootstrap.js'
import type { Interval } from '../statistics/interval.js'
import { meanOf } from '../statistics/mean.js'
import type { Random } from '../statistics/random.js'
import type { Figure } from './evaluation.js'

/** A number and the prompt that it belongs to. */
export interface Clustered {
  readonly cluster: string
  readonly value: number
}

const resamples = 4_999

/** What costs or takes something, or is a distance. */
export const fromZero: Bounds = { least: 0 }

/** The bootstrap does not know that nothing lies beyond: of 0.99, 1 and 1 it would give a share up to 1.02. */
function within({ low, high, confidence }: Interval, bounds: Bounds): Interval {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = bounds
  return { low: Math.max(least, low), high: Math.min(most, high), confidence }
}

/** Two prompts say next to nothing of how prompts differ. */
const fewestClusters = 3

/**
 * Mean over the prompts, each by the mean of its pictures, with an interval at 95 % over drawn prompts where there are
 * at least three, which ends where the values end by nature.
 *
 * @param message - says why there is none, where there are no values
 */
export function clusterMean(
  values: readonly Clustered[],
  random: Random,
  message: string,
  bounds: Bounds = {},
): Figure {
  if (values.length === 0) return { state: 'not-measured', message }
  const clusters = Map.groupBy(values, ({ cluster }) => cluster)
  const means = [...clusters.values()].map((group) => meanOf(group.map(({ value }) => value)))
  const figure = { state: 'measured', value: meanOf(means), count: values.length } as const
  if (means.every((value) => value === means[0])) return { ...figure, value: means[0] ?? figure.value }
  if (means.length < fewestClusters) return figure
  return { ...figure, interval: within(bootstrapMean(means, random, resamples).interval(0.95), bounds) }
}
