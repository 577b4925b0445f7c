import { fontSize, textWidth } from './text.js'

/** A rectangle in pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A text at a point, centred on it in height. */
export interface PlacedLabel {
  readonly text: string
  readonly x: number
  readonly y: number
  /** How much it covers of what was there before or leaves the frame, in square pixels; 0 where all is well. */
  readonly covers: number
}

const overlap = (a: Box, b: Box) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))

const outside = (box: Box, frame: Box) =>
  Math.max(0, frame.left - box.left) +
  Math.max(0, box.right - frame.right) +
  Math.max(0, frame.top - box.top) +
  Math.max(0, box.bottom - frame.bottom)

const distances = [10, 24, 38]
const line = fontSize + 3
/** Names are drawn bold, and so wider. */
const boldness = 1.1

/** Boxes around a point where its label may stand, the best liked first. */
function candidates(x: number, y: number, width: number): Box[] {
  return distances.flatMap((distance) =>
    [
      { left: x + distance, top: y - line - 2 },
      { left: x + distance, top: y + 2 },
      { left: x - distance - width, top: y - line - 2 },
      { left: x - distance - width, top: y + 2 },
      { left: x + 4, top: y - distance - line },
      { left: x + 4, top: y + distance },
      { left: x - width - 4, top: y - distance - line },
      { left: x - width - 4, top: y + distance },
    ].map(({ left, top }) => ({ left, top, right: left + width, bottom: top + line })),
  )
}

/**
 * Sets a label beside each point, where it covers least of what is drawn and of the labels before it, inside the frame.
 *
 * @param obstacles - boxes of points and intervals
 */
export function placeLabels(
  points: readonly { readonly text: string; readonly x: number; readonly y: number }[],
  obstacles: readonly Box[],
  frame: Box,
): PlacedLabel[] {
  const taken = [...obstacles]
  return points.map(({ text, x, y }) => {
    const boxes = candidates(x, y, textWidth(text) * boldness)
    const covers = boxes.map(
      (box) => taken.reduce((sum, other) => sum + overlap(box, other), 0) + 1000 * outside(box, frame),
    )
    const least = covers.indexOf(Math.min(...covers))
    const box = boxes[least] ?? { left: x, top: y, right: x, bottom: y }
    taken.push(box)
    return { text, x: box.left, y: (box.top + box.bottom) / 2, covers: covers[least] ?? 0 }
  })
}
