import type { Drawing, Library } from './draw.js'
import { axisName } from './marks.js'
import { formatNumber } from './numbers.js'
import { pixelScale, rowLayout } from './rows.js'
import type { HeatmapPlot } from './spec.js'
import { fitText, textWidth } from './text.js'

interface Cell {
  readonly x1: number
  readonly x2: number
  readonly y1: number
  readonly y2: number
  readonly text: string
  readonly title: string
  readonly opacity: number
}

const headHeight = 24
const keyLine = 18
const gap = 3

/** Where names, cells and rows lie, in pixels. */
interface Grid {
  /** Of the first cell, from the left. */
  readonly cells: number
  /** From one cell to the next. */
  readonly step: number
  readonly rowHeight: number
  /** Of a cell's upper edge and of its name's middle, from the upper end of the row. */
  readonly cellTop: number
  readonly labelMiddle: number
  readonly labelWidth: number
}

/** What a cell keeps beside long names: enough for a number and most vendors' names. */
const cellWidth = 76

/** Names stand beside their cells where there is room for both, else above them. */
function gridOf({ columns, rows }: HeatmapPlot, width: number): Grid {
  const room = width - rowLayout.left - rowLayout.right
  const longest = Math.max(...rows.map(({ label }, index) => textWidth(`${index + 1}. ${label}`)))
  const labelWidth = Math.min(longest + 16, room - columns.length * cellWidth)
  if (width >= 500 && labelWidth >= room / 4) {
    const beside = (room - labelWidth) / columns.length
    return { cells: labelWidth, step: beside, rowHeight: 28, cellTop: 2, labelMiddle: 13, labelWidth: labelWidth - 12 }
  }
  const step = room / columns.length
  return {
    cells: 0,
    step,
    rowHeight: rowLayout.height,
    cellTop: 20,
    labelMiddle: rowLayout.label,
    labelWidth: room - 8,
  }
}

function cellsOf(
  { rows, columns, measure }: HeatmapPlot,
  { cells: start, step, rowHeight, cellTop }: Grid,
  top: number,
): { measured: Cell[]; notMeasured: Cell[] } {
  const numbers = rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell.state === 'measured' ? [cell.value] : [])))
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  const measured: Cell[] = []
  const notMeasured: Cell[] = []
  for (const [row, { label, cells }] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      const y = top + rowLayout.top + row * rowHeight + cellTop
      const x = start + column * step
      const box = { x1: x + gap, x2: x + step - gap, y1: y, y2: y + 22 }
      const text = cell.state === 'measured' ? formatNumber(cell.value, measure) : cell.message
      const title = `${label}, ${columns[column]}: ${text}`
      // The strongest colour is the largest number: which end is the better one is said in words.
      const opacity = cell.state === 'measured' && high > low ? 0.08 + (0.92 * (cell.value - low)) / (high - low) : 0.5
      const one = { ...box, title, text: fitText(text, step - 2 * gap - 4), opacity }
      if (cell.state === 'measured') measured.push(one)
      else notMeasured.push(one)
    }
  }
  return { measured, notMeasured }
}

/** `A`, `B`, ... `Z`, `AA`, ... as spreadsheets name their columns. */
function letter(column: number): string {
  const rest = Math.floor(column / 26)
  return `${rest === 0 ? '' : letter(rest - 1)}${String.fromCharCode(65 + (column % 26))}`
}

/** A row for each prompt and a column for each entry; cells without a number are dashed and say why. */
export function drawHeatmap(library: Library, spec: HeatmapPlot, width: number): Drawing {
  const { measure, columns } = spec
  const room = width - rowLayout.left - rowLayout.right
  const grid = gridOf(spec, width)
  const { step, rowHeight } = grid
  // Names cut short would look alike, "portrait…" beside "portrait…": letters and a key say who is who.
  const keyed = columns.some((label) => textWidth(label) > step - 8)
  const keys = keyed ? columns.map((label, column) => `${letter(column)}  ${fitText(label, room - 30)}`) : []
  const top = headHeight + keys.length * keyLine
  const { measured, notMeasured } = cellsOf(spec, grid, top)
  const end = top + rowLayout.top + spec.rows.length * rowHeight
  const heads = columns.map((label, column) => ({
    x: grid.cells + (column + 0.5) * step,
    y: top - 12,
    text: keyed ? letter(column) : label,
  }))
  const keyRows = keys.map((text, row) => ({ text, y: (row + 0.5) * keyLine }))
  const box = { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', rx: 4 } as const
  const middle = {
    x: ({ x1, x2 }: Cell) => (x1 + x2) / 2,
    y: ({ y1, y2 }: Cell) => (y1 + y2) / 2,
    text: 'text',
    title: 'title',
  } as const
  const labels = spec.rows.map(({ label }, index) => ({
    text: fitText(`${index + 1}. ${label}`, grid.labelWidth),
    y: top + rowLayout.top + index * rowHeight + grid.labelMiddle,
  }))
  return {
    height: end + 24,
    margins: { top: 0, right: rowLayout.right, bottom: 24, left: rowLayout.left },
    x: { domain: [0, room], axis: null },
    y: pixelScale(0, end),
    marks: [
      library.text(keyRows, { frameAnchor: 'left', dx: gap, y: 'y', text: 'text', textAnchor: 'start' }),
      library.text(heads, { x: 'x', y: 'y', text: 'text', fontWeight: 600 }),
      library.text(labels, { frameAnchor: 'left', dx: gap, y: 'y', text: 'text', textAnchor: 'start' }),
      library.rect(measured, { ...box, fill: 'var(--plot-heat)', fillOpacity: 'opacity' }),
      library.rect(notMeasured, { ...box, fill: 'none', stroke: 'var(--plot-soft)', strokeDasharray: '3 3' }),
      library.text(measured, { ...middle, fill: 'currentColor' }),
      library.text(notMeasured, { ...middle, fill: 'var(--plot-soft)' }),
      library.text([axisName(measure, room)], {
        frameAnchor: 'bottom-right',
        dy: 16,
        fill: 'var(--plot-soft)',
      }),
    ],
  }
}
