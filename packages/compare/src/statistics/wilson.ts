import type { Interval } from './interval.js'
import { normalQuantile } from './normal.js'
import { checkConfidence, refuse } from './refuse.js'

/** A share of cases, such as failed requests, with its interval. */
export interface Rate {
  readonly count: number
  readonly total: number
  readonly rate: number
  readonly interval: Interval
}

/**
 * A rate with Wilson's score interval, which stays within 0 and 1 and is honest at 0 of 10 too.
 * Cases count as independent: failures that come in bursts leave the interval too narrow.
 *
 * @param count cases that happened
 * @param total cases that could
 * @param confidence default 0.95
 * @returns `undefined` where `total` is 0: no rate is known
 * @throws LikenessError `invalid-request`
 */
export function rateOf(count: number, total: number, confidence = 0.95): Rate | undefined {
  if (!Number.isSafeInteger(total) || total < 0) refuse('total', total, 'a whole number from 0')
  if (!Number.isSafeInteger(count) || count < 0 || count > total) {
    refuse('count', count, `a whole number from 0 to total (${total})`)
  }
  checkConfidence(confidence)
  if (total === 0) return undefined
  const rate = count / total
  const z = normalQuantile((1 + confidence) / 2)
  const shrink = 1 + (z * z) / total
  const centre = (rate + (z * z) / (2 * total)) / shrink
  const half = (z / shrink) * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total))
  // At the ends the formula is exact; rounding would leave 1e-17 there.
  const low = count === 0 ? 0 : Math.max(0, centre - half)
  const high = count === total ? 1 : Math.min(1, centre + half)
  return { count, total, rate, interval: { low, high, confidence } }
}
