import type { Drawing, Library } from './draw.js'
import { axisName } from './marks.js'
import { extentsOf } from './measured.js'
import { formatNumber, formatValue } from './numbers.js'
import { marksAt, pixelScale, rowLabels, rowLayout, rowsEnd } from './rows.js'
import { paddedDomain } from './scale.js'
import type { RankingPlot } from './spec.js'
import { seriesColour, seriesSymbol } from './theme.js'

/**
 * Entries with their place in the given order: the best first and those without a number last. Where a measure has no
 * better end the given order stays.
 */
export function rankEntries({ entries, measure }: Pick<RankingPlot, 'entries' | 'measure'>) {
  const placed = entries.map((entry, index) => ({ ...entry, index }))
  const { direction } = measure
  if (direction === 'as-photos') return placed
  const sign = direction === 'higher' ? -1 : 1
  return placed.toSorted(({ figure: a }, { figure: b }) => {
    if (a.state === 'measured' && b.state === 'measured') return sign * (a.value - b.value)
    return Number(a.state === 'not-measured') - Number(b.state === 'not-measured')
  })
}

interface Point {
  readonly value: number
  readonly interval: readonly [number, number]
  /** Its place among the entries as they were given. */
  readonly index: number
  readonly y: number
}

function pointsOf(ranked: ReturnType<typeof rankEntries>): Point[] {
  return ranked.flatMap(({ figure, index }, row) => {
    if (figure.state === 'not-measured') return []
    const { value, interval } = figure
    return [{ value, interval: [interval?.low ?? value, interval?.high ?? value], index, y: marksAt(row) }]
  })
}

/** A dashed piece of the line in each row that has a point: notes stay free of it. */
function referenceMarks(library: Library, { reference }: RankingPlot, points: readonly Point[], atRight: boolean) {
  if (reference === undefined) return []
  const pieces = points.map(({ y }) => ({ x: reference.value, y1: y - 10, y2: y + 12 }))
  return [
    library.link(pieces, { x1: 'x', x2: 'x', y1: 'y1', y2: 'y2', stroke: 'currentColor', strokeDasharray: '2 3' }),
    library.text([reference], {
      x: 'value',
      text: 'label',
      frameAnchor: 'top',
      dy: -14,
      textAnchor: atRight ? 'end' : 'start',
      fill: 'var(--plot-soft)',
    }),
  ]
}

function pointMarks(library: Library, points: readonly Point[]) {
  return [
    library.link(points, {
      x1: ({ interval }: Point) => interval[0],
      x2: ({ interval }: Point) => interval[1],
      y1: 'y',
      y2: 'y',
      stroke: ({ index }: Point) => seriesColour(index),
      strokeWidth: 3,
      strokeLinecap: 'round',
    }),
    ...points.map((point) =>
      library.dot([point], {
        x: 'value',
        y: 'y',
        r: 6,
        symbol: seriesSymbol(point.index),
        fill: seriesColour(point.index),
      }),
    ),
  ]
}

/** A row for each entry: a point in its interval, best first. */
export function drawRanking(library: Library, spec: RankingPlot, width: number): Drawing {
  const { measure, reference } = spec
  const format = (value: number) => formatNumber(value, measure)
  const ranked = rankEntries(spec)
  const end = rowsEnd(ranked.length)
  const top = reference === undefined ? 0 : 18
  const points = pointsOf(ranked)
  const rows = ranked.map(({ label, figure }) => ({ label, note: formatValue(figure, format) }))
  const values = ranked.map(({ figure }) => figure)
  const [low, high] = paddedDomain(extentsOf(values, reference))
  const ticks = width < 500 ? 4 : 8
  return {
    height: end + 44 + top,
    margins: { top, right: rowLayout.right, bottom: 44, left: rowLayout.left },
    x: { domain: [low, high], insetLeft: 10, insetRight: 10 },
    y: pixelScale(0, end),
    marks: [
      library.gridX({ ticks, stroke: 'var(--plot-line)', strokeOpacity: 1 }),
      library.axisX({ ticks, tickFormat: format, tickSize: 0, label: null }),
      library.text([`${axisName(measure, width - 54)} →`], {
        frameAnchor: 'bottom-right',
        dy: 36,
        fill: 'var(--plot-soft)',
      }),
      ...referenceMarks(library, spec, points, (reference?.value ?? low) > (low + high) / 2),
      ...pointMarks(library, points),
      ...rowLabels(library, rows, width),
    ],
  }
}
