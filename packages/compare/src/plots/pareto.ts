import type { Drawing, Library } from './draw.js'
import { axisName, halo } from './marks.js'
import { formatAmount, formatNumber } from './numbers.js'
import { paretoFront } from './pareto-front.js'
import {
  keyLine,
  type ParetoLayout,
  type ParetoPoint,
  paretoLabels,
  paretoLayout,
  paretoPoints,
} from './pareto-layout.js'
import type { PlacedLabel } from './place-labels.js'
import type { ParetoPlot, PlotReference } from './spec.js'
import { fitText } from './text.js'
import { seriesColour, seriesSymbol } from './theme.js'

const colour = ({ index }: ParetoPoint) => seriesColour(index)
/** Room of the cost axis and its name, in pixels. */
const axisHeight = 46
const grid = { stroke: 'var(--plot-line)', strokeOpacity: 1 } as const

function axes(library: Library, { measure }: ParetoPlot, width: number, { margins }: ParetoLayout) {
  const ticks = width < 500 ? 4 : 6
  const format = (value: number) => formatNumber(value, measure)
  return [
    library.gridX({ ...grid, ticks }),
    library.gridY({ ...grid, ticks: 5 }),
    library.axisX({ ticks, tickFormat: formatAmount, tickSize: 0, label: null }),
    library.axisY({ ticks: 5, tickFormat: format, tickSize: 0, label: null }),
    library.text(['cost per picture (lower is better) →'], {
      frameAnchor: 'bottom-right',
      dy: 36,
      fill: 'var(--plot-soft)',
    }),
    library.text([`↑ ${axisName(measure, width - 36)}`], {
      frameAnchor: 'top-left',
      dx: 4 - margins.left,
      dy: -22,
      fill: 'var(--plot-soft)',
    }),
  ]
}

function referenceMarks(library: Library, reference: PlotReference | undefined) {
  if (reference === undefined) return []
  return [
    library.ruleY([reference.value], { stroke: 'currentColor', strokeDasharray: '2 3' }),
    library.text([reference], { y: 'value', text: 'label', frameAnchor: 'right', dy: -9, fill: 'var(--plot-soft)' }),
  ]
}

function intervalMarks(library: Library, points: readonly ParetoPoint[]) {
  const line = { stroke: colour, strokeWidth: 2 }
  return [
    library.link(points, {
      ...line,
      x1: ({ costs }: ParetoPoint) => costs[0],
      x2: ({ costs }: ParetoPoint) => costs[1],
      y1: 'quality',
      y2: 'quality',
    }),
    library.link(points, {
      ...line,
      x1: 'cost',
      x2: 'cost',
      y1: ({ qualities }: ParetoPoint) => qualities[0],
      y2: ({ qualities }: ParetoPoint) => qualities[1],
    }),
  ]
}

function labelMarks(library: Library, labels: readonly PlacedLabel[], { margins }: ParetoLayout) {
  return labels.map(({ text, x, y }) =>
    library.text([text], {
      ...halo,
      frameAnchor: 'top-left',
      lineAnchor: 'middle',
      dx: x - margins.left,
      dy: y - margins.top,
      fontWeight: 600,
    }),
  )
}

/** Symbols and names below the axis, for points too close together to be named where they are. */
function keyMarks(library: Library, points: readonly ParetoPoint[], width: number, { margins }: ParetoLayout) {
  return points.flatMap((one, row) => {
    const dy = axisHeight + (row + 0.5) * keyLine
    const at = { frameAnchor: 'bottom-left', dy } as const
    return [
      library.dot([one], { ...at, dx: 10 - margins.left, symbol: seriesSymbol(one.index), fill: colour(one), r: 5.5 }),
      library.text([fitText(one.label, width - 40)], { ...at, lineAnchor: 'middle', dx: 22 - margins.left }),
    ]
  })
}

/** Cost across from nothing, quality up, intervals as crosses, the front of the unbeaten dashed. */
export function drawPareto(library: Library, spec: ParetoPlot, width: number): Drawing {
  const points = paretoPoints(spec)
  const front = paretoFront(points, spec.measure.direction)
  const layout = paretoLayout(spec, points, width)
  const labels = paretoLabels(spec, points, front, layout)
  const key = labels === undefined ? points.length * keyLine + 6 : 0
  const step = { curve: 'step-after', stroke: 'var(--plot-soft)', strokeDasharray: '5 4' } as const
  return {
    height: layout.height + key,
    margins: { ...layout.margins, bottom: layout.margins.bottom + key },
    x: { domain: [...layout.x.domain] },
    y: { domain: [...layout.y.domain] },
    marks: [
      ...axes(library, spec, width, layout),
      ...referenceMarks(library, spec.reference),
      library.line(front, { ...step, x: 'cost', y: 'quality' }),
      ...intervalMarks(library, points),
      ...points.map((one) =>
        library.dot([one], { x: 'cost', y: 'quality', symbol: seriesSymbol(one.index), fill: colour(one), r: 5.5 }),
      ),
      ...(labels === undefined ? keyMarks(library, points, width, layout) : labelMarks(library, labels, layout)),
    ],
  }
}
