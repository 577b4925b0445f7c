import { formatUSD } from '@likeness/core'
import { formatDuration } from '../format.js'
import type { Interval } from '../statistics/interval.js'
import type { Figure } from './evaluation.js'

/** `1 picture`, `2 pictures`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Three figures after the first digit that counts: more would be noise. */
function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

/** A mean of costs to four figures: `$0.03433`. */
export function dollars(nanoUSD: number): string {
  return formatUSD(Math.round(rounded(nanoUSD, 4)))
}

/** `31 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = 100 * share
  return `${Math.abs(value) < 1 && value !== 0 ? rounded(value, 1) : Math.round(value)} %`
}

/** `12.3`, `0.82`, `0.0042`. */
function plain(value: number): string {
  const size = Math.abs(value)
  // What is left of a difference of equals; the report rounds it away too.
  if (size < 0.0005) return '0'
  if (size < 0.1) return String(rounded(value, 2))
  return String(Number(value.toFixed(size >= 10 ? 1 : 2)))
}

/** A value in its unit; a share is shown as one in the unit `percent`, else as a place between 0 and 1. */
export function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 'nano-USD':
      return value < 0 ? `-${dollars(-value)}` : dollars(value)
    case 'ms':
      return value < 0 ? `-${formatDuration(-value)}` : formatDuration(value)
    case 'percent':
      return percent(value)
    case 'share':
      // A hundredth is the least that means anything.
      return value.toFixed(2).replace('-0.00', '0.00')
    default:
      return plain(value)
  }
}

/** `0.78 to 0.86`. */
export function rangeInWords({ low, high }: Interval, unit: string): string {
  return `${inUnit(low, unit)} to ${inUnit(high, unit)}`
}

/** `0.82 (95 %: 0.78 to 0.86)`; where there is no number, why. */
export function figureInWords(figure: Figure | undefined, unit: string): string {
  if (figure === undefined) return 'not measured'
  if (figure.state === 'not-measured') return figure.message
  const { value, interval } = figure
  return interval === undefined
    ? inUnit(value, unit)
    : `${inUnit(value, unit)} (${percent(interval.confidence)}: ${rangeInWords(interval, unit)})`
}
