import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Interval } from './interval.js'
import type { Random } from './random.js'
import { refuse } from './refuse.js'

/** What resampling tells about the mean of some prompts. */
export interface BootstrapMean {
  readonly mean: number
  readonly standardError: number
  /** As narrow as the resamples allow: a confidence beyond their number gives the widest interval they hold. */
  interval(confidence: number): Interval
  /**
   * Two-sided: how likely a mean this far beyond `margin` is, if the true one lies within it. The interval of confidence
   * `1 - p` is the widest that excludes the margin.
   */
  pValue(margin: number): number
}

/**
 * A resample of few prompts can hardly vary, and its mean, over a spread next to zero, be anything. A quarter of the
 * sample's own spread is the least that counts; lower values moved no coverage and doubled the widths.
 */
const leastSpread = 0.25

/**
 * Bootstrap of a mean over clusters: each value is the mean of one prompt, and whole prompts are drawn, so that four
 * pictures of one prompt do not count as four opinions.
 *
 * The interval is the studentised one (bootstrap-t). Ours are 6 to 30 prompts, and there the others are too narrow: in
 * simulation at 10 prompts and 95 % the percentile interval held the true mean 88 times in 100 (normal values) and 86
 * (exponential), this one 93 and 95. BCa starts from the same narrow percentiles.
 *
 * @param values one for each prompt, at least two
 * @param random makes the draws
 * @param resamples how many are drawn
 */
export function bootstrapMean(values: readonly number[], random: Random, resamples: number): BootstrapMean {
  if (values.length < 2) refuse('values', values.length, 'at least two numbers')
  if (!Number.isSafeInteger(resamples) || resamples < 1) refuse('resamples', resamples, 'a whole number from 1')
  const centre = mean([...values])
  const standardError = sampleStandardDeviation([...values]) / Math.sqrt(values.length)
  const drawn = studentised(values, centre, standardError, random, resamples)
  const at = (rank: number) => drawn[Math.min(Math.max(rank, 1), resamples) - 1] ?? 0

  return {
    mean: centre,
    standardError,
    interval(confidence) {
      const rank = Math.floor(((resamples + 1) * (1 - confidence)) / 2 + 1e-9)
      return {
        low: centre - at(resamples + 1 - rank) * standardError,
        high: centre - at(rank) * standardError,
        confidence,
      }
    },
    pValue(margin) {
      const beyond = Math.abs(centre) - margin
      if (beyond <= 0) return 1
      const reached = beyond / standardError
      // Upwards a mean is beaten from above by its own resamples, downwards from below.
      const extreme = drawn.reduce((count, t) => count + (Math.sign(centre) * t >= reached ? 1 : 0), 0)
      return Math.min(1, (2 * (extreme + 1)) / (resamples + 1))
    },
  }
}

/** How far each resample's mean is from the sample's, in its own standard errors; sorted. */
function studentised(
  values: readonly number[],
  centre: number,
  standardError: number,
  random: Random,
  resamples: number,
): Float64Array {
  const drawn = new Float64Array(resamples)
  if (standardError === 0) return drawn
  const count = values.length
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0
    let squares = 0
    for (let index = 0; index < count; index++) {
      const difference = (values[Math.floor(random() * count)] ?? 0) - centre
      sum += difference
      squares += difference * difference
    }
    const variance = Math.max(0, squares - (sum * sum) / count) / (count - 1)
    drawn[resample] = sum / count / Math.max(Math.sqrt(variance / count), leastSpread * standardError)
  }
  return drawn.sort()
}
