import type { Figure, ReportedMeasure } from '../evaluate/evaluation.js'
import { formatDuration } from '../format.js'
import { formatAmount } from '../plots/numbers.js'

/** What a measure's unit is a unit of. */
export type Quantity = 'money' | 'time' | 'share' | 'number'

type Unit = Pick<ReportedMeasure, 'unit' | 'scorer'>

/**
 * What a measure is of, by its unit: `nano-USD`, `ms`, `share, 0 to 1`, else a bare number. What a scorer reads of a
 * picture, such as likeness, is a place on a scale and stays a number; a share of pictures or jobs is given in percent.
 */
export function quantityOf({ unit, scorer }: Unit): Quantity {
  if (/^nano-USD/i.test(unit)) return 'money'
  if (/^(ms|milliseconds?)\b/.test(unit)) return 'time'
  return unit === 'share, 0 to 1' && scorer === undefined ? 'share' : 'number'
}

/** `82 %`, `3.4 %`: a decimal only where it tells something. */
function formatShare(value: number): string {
  const percent = value * 100
  const text = Math.abs(percent) < 10 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(0)
  return `${text.replace(/^-0$/, '0')} %`
}

/** As many digits as tell something: `1250`, `39.4`, `0.82`, `0.013`. */
function formatPlain(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return value.toFixed(0)
  if (size >= 10) return value.toFixed(1)
  return size >= 0.095 || size < 0.0005
    ? value.toFixed(2).replace('-0.00', '0.00')
    : String(Number(value.toPrecision(2)))
}

/** A place on the scale from 0 to 1: a hundredth is the least that means anything. */
const formatPlace = (value: number) => value.toFixed(2).replace('-0.00', '0.00')

/** A value of a measure with its unit where the unit is short: `$0.035`, `8.2 s`, `82 %`, `12.4`. */
export function formatQuantity(measure: Unit, value: number): string {
  switch (quantityOf(measure)) {
    case 'money':
      return formatAmount(value)
    case 'time':
      return value < 0 ? `-${formatDuration(-value)}` : formatDuration(value)
    case 'share':
      return formatShare(value)
    case 'number':
      return measure.unit === 'share, 0 to 1' ? formatPlace(value) : formatPlain(value)
  }
}

/** The unit in which values are printed. */
export function shownUnit(measure: Unit): string {
  switch (quantityOf(measure)) {
    case 'money':
      return 'US dollars'
    case 'time':
      return 'time'
    case 'share':
      return 'percent'
    case 'number':
      return measure.unit
  }
}

/** A difference of two values, with its sign; of shares in points, since percents of percents mislead. */
export function formatDifference(measure: Unit, value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : ''
  const size = Math.abs(value)
  switch (quantityOf(measure)) {
    case 'share':
      return `${sign}${formatShare(size).replace(' %', '')} points`
    case 'number':
      return `${sign}${formatPlain(size)}`
    case 'money':
    case 'time':
      return `${sign}${formatQuantity(measure, size)}`
  }
}

/** `82 % (79 % to 85 %)`, or why there is none. */
export function formatFigure(measure: Unit, figure: Figure | undefined): string {
  if (figure === undefined) return 'not measured'
  if (figure.state === 'not-measured') return figure.message
  const value = formatQuantity(measure, figure.value)
  return figure.interval === undefined ? value : `${value} (${formatRange(measure, figure.interval)})`
}

/** `79 % to 85 %`. */
export function formatRange(measure: Unit, { low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatQuantity(measure, low)} to ${formatQuantity(measure, high)}`
}
