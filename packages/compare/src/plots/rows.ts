import type { Library } from './draw.js'
import { halo } from './marks.js'
import { fitText, textWidth } from './text.js'

/** A row of a plot: its name and a note above, its marks below. */
export interface Row {
  readonly label: string
  readonly note?: string | undefined
}

const left = 2

/** How much wider names are than other text: they are bold. */
const boldness = 1.12

/** Room around and inside plots that stack rows; in pixels. Labels stand above their marks, so a phone has room for both. */
export const rowLayout = { top: 12, right: 12, left: 12, label: 10, marks: 30, height: 48 } as const

/** The height in pixels at which a row's marks are centred. */
export const marksAt = (index: number) => rowLayout.top + index * rowLayout.height + rowLayout.marks

/** How far down the rows reach, in pixels. */
export const rowsEnd = (count: number) => rowLayout.top + count * rowLayout.height

/** A vertical scale in pixels, from the top. */
export const pixelScale = (top: number, bottom: number) =>
  ({ domain: [top, bottom], reverse: true, axis: null }) as const

/** The names of rows at the left and their notes at the right; a name gives way to its note. */
export function rowLabels(library: Library, rows: readonly Row[], width: number) {
  const room = width - rowLayout.left - rowLayout.right
  const named = rows.map(({ label, note = '' }, index) => {
    const kept = fitText(note, (room * 2) / 3)
    const y = rowLayout.top + index * rowLayout.height + rowLayout.label
    return { label: fitText(label, (room - textWidth(kept) - 12) / boldness), note: kept, y }
  })
  return [
    library.text(named, {
      ...halo,
      frameAnchor: 'left',
      dx: left,
      y: 'y',
      text: 'label',
      textAnchor: 'start',
      fontWeight: 600,
    }),
    library.text(named, {
      ...halo,
      frameAnchor: 'right',
      y: 'y',
      text: 'note',
      textAnchor: 'end',
      fill: 'var(--plot-soft)',
    }),
  ]
}
