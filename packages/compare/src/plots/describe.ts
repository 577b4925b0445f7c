import { latencyNote } from './latency.js'
import { directionWords } from './marks.js'
import { formatAmount, formatNumber, formatValue } from './numbers.js'
import { paretoFront } from './pareto-front.js'
import { rankEntries } from './ranking.js'
import type { HeatmapPlot, LatencyPlot, ParetoPlot, PlotReference, PlotSpec, RankingPlot } from './spec.js'

const sentence = (words: readonly string[]) => words.filter((one) => one !== '').join(' ')
const explained = (intervals: string | undefined) => (intervals === undefined ? '' : `In brackets: ${intervals}.`)

const level = (reference: PlotReference | undefined, format: (value: number) => string) =>
  reference === undefined ? '' : `Dashed line: ${reference.label}, ${format(reference.value)}.`

/** Labels of those whom nobody beats in both. */
function frontOf({ entries, measure }: Pick<ParetoPlot, 'entries' | 'measure'>): readonly string[] {
  const drawn = entries.flatMap(({ label, cost, quality }) =>
    cost.state === 'not-measured' || quality.state === 'not-measured'
      ? []
      : [{ label, cost: cost.value, quality: quality.value }],
  )
  return paretoFront(drawn, measure.direction).map(({ label }) => label)
}

function describePareto({ entries, measure, intervals, reference }: ParetoPlot): string {
  const format = (value: number) => formatNumber(value, measure)
  const isAbsent = ({ cost, quality }: ParetoPlot['entries'][number]) =>
    cost.state === 'not-measured' || quality.state === 'not-measured'
  const front = frontOf({ entries, measure })
  const line = ({ label, cost, quality }: ParetoPlot['entries'][number]) =>
    `${label}: cost ${formatValue(cost, formatAmount)}, ${measure.title} ${formatValue(quality, format)}.`
  const left = entries.filter(isAbsent).map(({ label }) => label)
  return sentence([
    `Cost per picture across, ${measure.title} up; ${directionWords(measure)}.`,
    ...entries.map(line),
    explained(intervals),
    front.length === 0 ? '' : `By these values, without regard to intervals, nobody beats ${front.join(', ')} in both.`,
    left.length === 0 ? '' : `Not drawn: ${left.join(', ')}.`,
    level(reference, format),
  ])
}

function describeRanking(spec: RankingPlot): string {
  const format = (value: number) => formatNumber(value, spec.measure)
  return sentence([
    `${spec.measure.title}${spec.measure.direction === 'as-photos' ? '' : ', best first'}; ${directionWords(spec.measure)}.`,
    ...rankEntries(spec).map(({ label, figure }) => `${label}: ${formatValue(figure, format)}.`),
    explained(spec.intervals),
    level(spec.reference, format),
  ])
}

function describeLatency({ entries }: LatencyPlot): string {
  return sentence([
    'A dot for each job that gave a result; the box holds the middle half of them, the thick line is the median.',
    ...entries.map((entry) => `${entry.label}: ${latencyNote(entry)}.`),
  ])
}

function describeHeatmap({ columns, rows, measure }: HeatmapPlot): string {
  const cells = rows.flatMap((row) => row.cells)
  const values = cells.flatMap((cell) => (cell.state === 'measured' ? [cell.value] : []))
  const format = (value: number) => formatNumber(value, measure)
  const range =
    values.length === 0
      ? 'No cell has a number.'
      : `Numbers from ${format(Math.min(...values))} to ${format(Math.max(...values))}; the stronger the colour the higher.`
  const missing = cells.length - values.length
  return sentence([
    `${measure.title} for each of ${rows.length} prompts and ${columns.join(', ')}; ${directionWords(measure)}.`,
    range,
    missing === 0 ? '' : `${missing} of ${cells.length} cells have no number and say why.`,
  ])
}

/** What a plot shows, in words and figures, for those who cannot see it. */
export function describePlot(spec: PlotSpec): string {
  switch (spec.kind) {
    case 'pareto':
      return describePareto(spec)
    case 'ranking':
      return describeRanking(spec)
    case 'latency':
      return describeLatency(spec)
    case 'heatmap':
      return describeHeatmap(spec)
  }
}

function notDrawn({ entries }: ParetoPlot): string {
  const left = entries.flatMap(({ label, cost, quality }) => {
    const missing = [cost, quality].flatMap((value) => (value.state === 'not-measured' ? [value.message] : []))
    return missing.length === 0 ? [] : [`${label} (${missing.join('; ')})`]
  })
  return left.length === 0 ? '' : `Not drawn: ${left.join(', ')}.`
}

/** How to read the marks of a plot, for those who see it; undefined where the plot says it itself. */
export function plotNote(spec: PlotSpec): string | undefined {
  const bars = spec.intervals === undefined ? '' : `Bars: ${spec.intervals}.`
  switch (spec.kind) {
    case 'pareto': {
      const line = 'Stepped line: nobody is both cheaper and better, by these values without regard to intervals.'
      return sentence([frontOf(spec).length < 2 ? '' : line, bars, notDrawn(spec)]) || undefined
    }
    case 'ranking':
      return bars || undefined
    case 'latency':
      return 'A dot is a job; the box holds the middle half of them, the thick line is the median.'
    case 'heatmap':
      return 'The stronger the colour the higher the number; a dashed cell has none and says why.'
  }
}
