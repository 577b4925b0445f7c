import { formatDuration } from '../format.js'
import { type Summary, summarize } from '../statistics/summary.js'
import { measureName } from './marks.js'
import { formatAmount, formatNumber, formatValue } from './numbers.js'
import { rankEntries } from './ranking.js'
import type { LatencyPlot, PlotSpec } from './spec.js'

/** The figures of a plot, to be read or copied. */
export interface PlotTable {
  /** The plot's title, and what its intervals are. */
  readonly caption: string
  readonly columns: readonly string[]
  /** As many cells in each row as there are columns; the first names the row. */
  readonly rows: readonly (readonly string[])[]
}

const spreadColumns = ['minimum', 'p25', 'median', 'p75', 'maximum'] as const satisfies readonly (keyof Summary)[]

function latencyRow({ label, durationsMs, failed = 0 }: LatencyPlot['entries'][number]): string[] {
  const spread = summarize(durationsMs)
  const times = spreadColumns.map((column) => (spread === undefined ? 'none' : formatDuration(spread[column])))
  return [label, String(durationsMs.length), String(failed), ...times]
}

function body(spec: PlotSpec): Pick<PlotTable, 'columns' | 'rows'> {
  switch (spec.kind) {
    case 'pareto': {
      const format = (value: number) => formatNumber(value, spec.measure)
      return {
        columns: ['entry', 'cost per picture', measureName(spec.measure)],
        rows: spec.entries.map(({ label, cost, quality }) => [
          label,
          formatValue(cost, formatAmount),
          formatValue(quality, format),
        ]),
      }
    }
    case 'ranking': {
      const format = (value: number) => formatNumber(value, spec.measure)
      return {
        columns: ['entry', measureName(spec.measure)],
        rows: rankEntries(spec).map(({ label, figure }) => [label, formatValue(figure, format)]),
      }
    }
    case 'latency':
      return {
        columns: [
          'entry',
          'jobs',
          'without a result',
          'quickest',
          'lower quartile',
          'median',
          'upper quartile',
          'slowest',
        ],
        rows: spec.entries.map(latencyRow),
      }
    case 'heatmap': {
      const format = (value: number) => formatNumber(value, spec.measure)
      return {
        columns: ['prompt', ...spec.columns],
        rows: spec.rows.map(({ label, cells }) => [label, ...cells.map((cell) => formatValue(cell, format))]),
      }
    }
  }
}

/** The figures of a plot as a table, for those who cannot see it or want to copy them. */
export function tabulatePlot(spec: PlotSpec): PlotTable {
  const caption = spec.intervals === undefined ? spec.title : `${spec.title}. In brackets: ${spec.intervals}.`
  return { caption, ...body(spec) }
}
