import { extentsOf } from './measured.js'
import { type Box, type PlacedLabel, placeLabels } from './place-labels.js'
import { type LinearScale, paddedDomain, position } from './scale.js'
import type { ParetoPlot, PlotValue } from './spec.js'
import { fitText, textWidth } from './text.js'

/** An entry that has both numbers. */
export interface ParetoPoint {
  /** Its place among all entries. */
  readonly index: number
  readonly label: string
  readonly cost: number
  readonly quality: number
  /** Interval ends; twice the number where there is no interval. */
  readonly costs: readonly [number, number]
  readonly qualities: readonly [number, number]
}

/** The cost axis of a plot where nothing costs anything ends here, in nano-USD. */
const CENT = 10_000_000

type Measured = Extract<PlotValue, { state: 'measured' }>

const ends = ({ value, interval }: Measured) =>
  interval === undefined ? ([value, value] as const) : ([interval.low, interval.high] as const)

/** Entries that have both numbers; the others stand in the description and the table. */
export function paretoPoints({ entries }: Pick<ParetoPlot, 'entries'>): ParetoPoint[] {
  return entries.flatMap(({ label, cost, quality }, index) =>
    cost.state === 'not-measured' || quality.state === 'not-measured'
      ? []
      : [{ index, label, cost: cost.value, quality: quality.value, costs: ends(cost), qualities: ends(quality) }],
  )
}

/** Where everything stands, in pixels. */
export interface ParetoLayout {
  readonly height: number
  readonly margins: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
  readonly x: LinearScale
  readonly y: LinearScale
}

/** Room and scales: cost from nothing, so that twice as far is twice as dear. */
export function paretoLayout({ reference }: ParetoPlot, points: readonly ParetoPoint[], width: number): ParetoLayout {
  const height = Math.round(width * (width < 500 ? 0.95 : 0.6))
  const margins = { top: 28, right: 16, bottom: 44, left: 46 }
  const most = Math.max(0, ...points.flatMap(({ costs }) => costs))
  const values = points.map(
    ({ quality, qualities }) =>
      ({ state: 'measured', value: quality, interval: { low: qualities[0], high: qualities[1] } }) as const,
  )
  return {
    height,
    margins,
    x: { domain: [0, most * 1.08 || CENT], range: [margins.left, width - margins.right] },
    y: { domain: paddedDomain(extentsOf(values, reference)), range: [height - margins.bottom, margins.top] },
  }
}

function boxesOf({ cost, quality, costs, qualities }: ParetoPoint, { x, y }: ParetoLayout): Box[] {
  const [left, top] = [position(x, cost), position(y, quality)]
  return [
    { left: left - 7, right: left + 7, top: top - 7, bottom: top + 7 },
    { left: position(x, costs[0]), right: position(x, costs[1]), top: top - 1, bottom: top + 1 },
    { left: left - 1, right: left + 1, top: position(y, qualities[1]), bottom: position(y, qualities[0]) },
  ]
}

/** The front is drawn in steps: across at the height of the cheaper, then up to the dearer. */
function stepBoxes(front: readonly ParetoPoint[], { x, y }: ParetoLayout): Box[] {
  return front.slice(1).flatMap((next, index) => {
    const before = front[index] ?? next
    const [left, right] = [position(x, before.cost), position(x, next.cost)]
    const [from, to] = [position(y, before.quality), position(y, next.quality)]
    return [
      { left, right, top: from - 1, bottom: from + 1 },
      { left: right - 1, right: right + 1, top: Math.min(from, to), bottom: Math.max(from, to) },
    ]
  })
}

function referenceBoxes({ reference }: ParetoPlot, { x, y }: ParetoLayout): Box[] {
  if (reference === undefined) return []
  const at = position(y, reference.value)
  const [left, right] = x.range
  return [
    { left, right, top: at - 1, bottom: at + 1 },
    { left: right - textWidth(reference.label), right, top: at - 16, bottom: at },
  ]
}

/**
 * The names of the points, where they cover least of the plot; undefined where they would hide too much of it and belong
 * in a key below.
 */
export function paretoLabels(
  spec: ParetoPlot,
  points: readonly ParetoPoint[],
  front: readonly ParetoPoint[],
  layout: ParetoLayout,
): PlacedLabel[] | undefined {
  const { x, y } = layout
  const room = x.range[1] - x.range[0]
  const named = points.map(({ label, cost, quality }) => ({
    text: fitText(label, Math.max(room / 3, 160)),
    x: position(x, cost),
    y: position(y, quality),
  }))
  const obstacles = [
    ...points.flatMap((one) => boxesOf(one, layout)),
    ...stepBoxes(front, layout),
    ...referenceBoxes(spec, layout),
  ]
  const frame = { left: x.range[0], right: x.range[1], top: y.range[1], bottom: y.range[0] }
  const labels = placeLabels(named, obstacles, frame)
  // A line that runs behind a name, 15 pixels high and 2 wide or the like, is still seen.
  return labels.some(({ covers }) => covers > 60) ? undefined : labels
}

/** Height in pixels of a line of the key below a plot. */
export const keyLine = 18
