import { formatUSD } from '@likeness/core'
import type { PlotMeasure, PlotValue } from './spec.js'

/** Nano-USD to three significant digits: means and interval ends have more than anybody reads. */
export function formatAmount(amount: number): string {
  return formatUSD(Math.round(Number(amount.toPrecision(3))))
}

/** `0.71`, `12 %`. */
export function formatNumber(value: number, { unit, decimals = 2 }: PlotMeasure): string {
  // A rounded negative number must not read "-0.00".
  const text = value.toFixed(decimals).replace(/^-(?=0(?:\.0*)?$)/, '')
  return unit === undefined ? text : `${text} ${unit}`
}

/** `0.71 (0.66 to 0.75)`, or why there is none. */
export function formatValue(value: PlotValue, format: (value: number) => string): string {
  if (value.state === 'absent') return value.reason
  const { interval } = value
  return interval === undefined
    ? format(value.value)
    : `${format(value.value)} (${format(interval[0])} to ${format(interval[1])})`
}

/** The quantile of sorted numbers, linear between neighbours (R's type 7). `share` is 0 to 1. */
export function quantileOf(sorted: readonly [number, ...number[]], share: number): number {
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? sorted[0]
  const above = sorted[Math.ceil(position)] ?? below
  return below + (above - below) * (position - Math.floor(position))
}

/** Five numbers of a set of durations; undefined where there are none. */
export interface Spread {
  readonly minimum: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly maximum: number
}

/** What the box of a set of numbers shows. */
export function spreadOf(numbers: readonly number[]): Spread | undefined {
  const [first, ...rest] = numbers.toSorted((a, b) => a - b)
  if (first === undefined) return undefined
  const sorted = [first, ...rest] as const
  return {
    minimum: first,
    lowerQuartile: quantileOf(sorted, 0.25),
    median: quantileOf(sorted, 0.5),
    upperQuartile: quantileOf(sorted, 0.75),
    maximum: quantileOf(sorted, 1),
  }
}
