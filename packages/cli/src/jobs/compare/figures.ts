import { type Evaluation, type Figure, formatQuantity, type ReportedMeasure } from '@likeness/compare'
import { table } from '../../table.js'

/** What a person looks at first, and whether with its interval; the report has all. */
const columns: Readonly<Record<string, { readonly interval: boolean }>> = {
  likeness: { interval: true },
  usable: { interval: true },
  'picture-cost': { interval: false },
  'usable-picture-cost': { interval: false },
  'picture-time': { interval: false },
  'failure-rate': { interval: false },
}

/** `0.71 (0.66 to 0.75)` */
function formatFigure(figure: Figure | undefined, measure: ReportedMeasure): string {
  if (figure?.state !== 'measured') return '-'
  const { value, interval } = figure
  const text = formatQuantity(measure, value)
  if (interval === undefined || columns[measure.name]?.interval !== true) return text
  return `${text} (${formatQuantity(measure, interval.low)} to ${formatQuantity(measure, interval.high)})`
}

/** The vendors and their most important figures, in the order of the plan; what nobody has measured is left out. */
export function figuresTable({ measures, vendors }: Evaluation): string {
  const shown = Object.keys(columns).flatMap((name) => {
    const measure = measures.find((one) => one.name === name)
    const isThere = vendors.some(({ figures }) => figures[name]?.state === 'measured')
    return measure !== undefined && isThere ? [measure] : []
  })
  if (shown.length === 0) return ''
  const rows = vendors.map(({ name, figures }) => [
    name,
    ...shown.map((measure) => formatFigure(figures[measure.name], measure)),
  ])
  return table([['vendor', ...shown.map(({ title }) => title.toLowerCase())], ...rows])
}
