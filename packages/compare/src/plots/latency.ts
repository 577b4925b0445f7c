import { formatDuration } from '../format.js'
import { type Summary, summarize } from '../statistics/summary.js'
import type { Drawing, Library } from './draw.js'
import { formatTick, linearTicks, logarithmicTicks } from './duration-ticks.js'
import { marksAt, pixelScale, rowLabels, rowLayout, rowsEnd } from './rows.js'
import type { LatencyPlot } from './spec.js'
import { seriesColour } from './theme.js'

/** `median 4.2 s of 80, 1 failed`. */
export function latencyNote({ durationsMs, failed = 0 }: LatencyPlot['entries'][number]): string {
  const spread = summarize(durationsMs)
  if (spread === undefined) return failed === 0 ? 'no jobs' : `no times, ${failed} failed`
  const median = `median ${formatDuration(spread.median)} of ${durationsMs.length}`
  return failed === 0 ? median : `${median}, ${failed} failed`
}

/** Where a dot stands off its row's middle, in pixels: spread evenly by the golden ratio, the same at every drawing. */
const offset = (index: number) => (((index * 0.618034) % 1) - 0.5) * 18

interface Box extends Summary {
  readonly y1: number
  readonly y2: number
  readonly y: number
  readonly colour: string
}

/**
 * True where the slowest of the jobs took more than twenty times as long as the quickest: on a linear axis the quick
 * ones would be one dot. A job of 0 ms has no place on a logarithmic axis.
 */
function isLogarithmic({ entries }: LatencyPlot): boolean {
  const all = entries.flatMap(({ durationsMs }) => durationsMs)
  return all.length > 0 && Math.min(...all) > 0 && Math.max(...all) / Math.min(...all) > 20
}

/** A row for each entry: a dot for each job, over the box of its quartiles. */
export function drawLatency(library: Library, spec: LatencyPlot, width: number): Drawing {
  const rows = spec.entries.map((entry) => ({ label: entry.label, note: latencyNote(entry) }))
  const end = rowsEnd(rows.length)
  const dots = spec.entries.flatMap(({ durationsMs }, row) =>
    durationsMs
      .toSorted((a, b) => a - b)
      .map((ms, index) => ({ ms, y: marksAt(row) + offset(index), colour: seriesColour(row) })),
  )
  const boxes = spec.entries.flatMap(({ durationsMs }, row): Box[] => {
    const spread = summarize(durationsMs)
    if (spread === undefined) return []
    const y = marksAt(row)
    return [{ ...spread, y, y1: y - 10, y2: y + 10, colour: seriesColour(row) }]
  })
  const all = dots.map(({ ms }) => ms)
  const logarithmic = isLogarithmic(spec)
  const [quickest, slowest] = [Math.min(...all), Math.max(0, ...all)]
  const domain: [number, number] = logarithmic ? [quickest / 1.2, slowest * 1.2] : [0, slowest * 1.05 || 1000]
  const room = width - rowLayout.left - rowLayout.right - 20
  const ticks = logarithmic ? logarithmicTicks(domain, room, 64) : linearTicks(domain[1], Math.floor(room / 72))
  return {
    height: end + 44,
    margins: { top: 0, right: rowLayout.right, bottom: 44, left: rowLayout.left },
    x: { domain, type: logarithmic ? 'log' : 'linear', insetLeft: 10, insetRight: 10 },
    y: pixelScale(0, end),
    marks: [
      library.gridX(ticks, { stroke: 'var(--plot-line)', strokeOpacity: 1 }),
      library.axisX(ticks, { text: formatTick, tickSize: 0, label: null }),
      library.text([`time${logarithmic ? ', logarithmic' : ''} (lower is better) →`], {
        frameAnchor: 'bottom-right',
        dy: 36,
        fill: 'var(--plot-soft)',
      }),
      library.dot(dots, { x: 'ms', y: 'y', r: 2.5, fill: 'colour', fillOpacity: 0.45 }),
      library.link(boxes, { x1: 'minimum', x2: 'p25', y1: 'y', y2: 'y', stroke: 'colour' }),
      library.link(boxes, { x1: 'p75', x2: 'maximum', y1: 'y', y2: 'y', stroke: 'colour' }),
      library.rect(boxes, {
        x1: 'p25',
        x2: 'p75',
        y1: 'y1',
        y2: 'y2',
        stroke: 'colour',
        strokeWidth: 1.5,
        fill: 'none',
      }),
      library.link(boxes, {
        x1: 'median',
        x2: 'median',
        y1: 'y1',
        y2: 'y2',
        stroke: 'currentColor',
        strokeWidth: 3,
      }),
      ...rowLabels(library, rows, width),
    ],
  }
}
