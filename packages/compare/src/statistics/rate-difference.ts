import type { Interval } from './interval.js'
import type { Rate } from './wilson.js'

/**
 * Interval of the difference of two rates of different cases, first minus second: Newcombe's hybrid of both Wilson
 * intervals (Statistics in Medicine 17:873, 1998, method 10). Of the confidence of the rates.
 */
export function rateDifference(first: Rate, second: Rate): Interval {
  const difference = first.rate - second.rate
  const down = Math.hypot(first.rate - first.interval.low, second.interval.high - second.rate)
  const up = Math.hypot(first.interval.high - first.rate, second.rate - second.interval.low)
  return { low: difference - down, high: difference + up, confidence: first.interval.confidence }
}
