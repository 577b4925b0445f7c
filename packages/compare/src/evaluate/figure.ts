import { rateOf } from '../statistics/wilson.js'
import type { Figure } from './evaluation.js'

/** A figure without a number, and why. */
export function notMeasuredFigure(message: string): Extract<Figure, { readonly state: 'not-measured' }> {
  return { state: 'not-measured', message }
}

/**
 * A share with Wilson's interval.
 *
 * @param message - says why there is none, of no cases
 */
export function shareFigure(count: number, total: number, message: string): Figure {
  const rate = rateOf(count, total)
  if (rate === undefined) return notMeasuredFigure(message)
  return { state: 'measured', value: rate.rate, interval: rate.interval, count: total }
}
