import type { Evaluation, Figure } from '@likeness/compare'
import { formatUSD } from '@likeness/core'
import { formatDuration } from '../../duration.js'
import { table } from '../../table.js'

/** What a person looks at first; the report has all. */
const columns = ['likeness', 'usable', 'picture-cost', 'usable-picture-cost', 'picture-time', 'failure-rate']

function amount(value: number, unit: string): string {
  if (unit === 'nano-USD') return formatUSD(Math.round(value))
  if (unit === 'ms') return formatDuration(value)
  if (unit.startsWith('share')) return `${Math.round(value * 100)} %`
  return String(Number(value.toPrecision(3)))
}

/** A figure with its interval, where it has one: `0.71 (0.66 to 0.75)`. */
function formatFigure(figure: Figure | undefined, unit: string): string {
  if (figure?.state !== 'measured') return '-'
  const { value, interval } = figure
  if (interval === undefined) return amount(value, unit)
  return `${amount(value, unit)} (${amount(interval.low, unit)} to ${amount(interval.high, unit)})`
}

/** The vendors and their most important figures, in the order of the plan; what nobody has measured is left out. */
export function figuresTable({ measures, vendors }: Evaluation): string {
  const shown = columns.flatMap((name) => {
    const measure = measures.find((one) => one.name === name)
    const isThere = vendors.some(({ figures }) => figures[name]?.state === 'measured')
    return measure !== undefined && isThere ? [measure] : []
  })
  if (shown.length === 0) return ''
  const rows = vendors.map(({ name, figures }) => [
    name,
    ...shown.map((measure) => formatFigure(figures[measure.name], measure.unit)),
  ])
  return table([['vendor', ...shown.map(({ title }) => title.toLowerCase())], ...rows])
}
