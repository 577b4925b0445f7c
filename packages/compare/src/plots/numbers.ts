import { formatUSD } from '@likeness/core'
import type { PlotMeasure, PlotValue } from './spec.js'

/** Nano-USD to three significant digits: means and interval ends have more than anybody reads. */
export function formatAmount(amount: number): string {
  return formatUSD(Math.round(Number(amount.toPrecision(3))))
}

/** `0.71`. Its unit stands on the axis and over the column. */
export function formatNumber(value: number, { decimals = 2 }: PlotMeasure): string {
  // A rounded negative number must not read "-0.00".
  return value.toFixed(decimals).replace(/^-(?=0(?:\.0*)?$)/, '')
}

/** `0.71 (0.66 to 0.75)`, or why there is none. */
export function formatValue(value: PlotValue, format: (value: number) => string): string {
  if (value.state === 'not-measured') return value.message
  const { interval } = value
  return interval === undefined
    ? format(value.value)
    : `${format(value.value)} (${format(interval.low)} to ${format(interval.high)})`
}
