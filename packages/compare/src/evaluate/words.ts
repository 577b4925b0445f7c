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

/** A value in its unit. */
export function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 'nano-USD':
      return value < 0 ? `-${dollars(-value)}` : dollars(value)
    case 'ms':
      return value < 0 ? `-${formatDuration(-value)}` : formatDuration(value)
    default:
      return String(Number(value.toFixed(Math.abs(value) >= 10 ? 1 : 2)))
  }
}

/** `0.78 to 0.86`. */
export function rangeInWords({ low, high }: Interval, unit: string): string {
  return `${inUnit(low, unit)} to ${inUnit(high, unit)}`
}

/** `0.82 (95 %: 0.78 to 0.86)`; why there is no number, where there is none. */
export function figureInWords(figure: Figure | undefined, unit: string): string {
  if (figure === undefined) return 'not measured'
  if (figure.state === 'not-measured') return `not measured: ${figure.message}`
  const { value, interval } = figure
  return interval === undefined
    ? inUnit(value, unit)
    : `${inUnit(value, unit)} (${percent(interval.confidence)}: ${rangeInWords(interval, unit)})`
}
