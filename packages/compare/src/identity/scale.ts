import type { Raster } from './raster.js'

/** What lies beyond a picture's edges. */
export const grey = 128

/** What of a row or column of the picture goes into one place of the result. */
interface Taps {
  /** The first pixel inside the picture. */
  readonly first: number
  /** Weights of the pixels from there on. With what lies beyond the edges they make 1. */
  readonly weights: Float32Array
}

/** The bilinear weights of all places of the grid inside a pixel of the result, added up. */
function tapsOf(
  place: number,
  { a, start, grid, length }: { a: number; start: number; grid: number; length: number },
): Taps {
  const at = (step: number) => a * (place + (step + 0.5) / grid) + start - 0.5
  const lowest = Math.floor(at(0))
  const first = Math.max(0, lowest)
  const last = Math.min(length - 1, Math.floor(at(grid - 1)) + 1)
  const weights = new Float32Array(Math.max(0, last - first + 1))
  for (let step = 0; step < grid; step++) {
    const before = Math.floor(at(step))
    const after = at(step) - before
    const [index, share] = [before - first, 1 / grid]
    if (index >= 0 && index < weights.length) weights[index] = (weights[index] ?? 0) + (1 - after) * share
    if (index + 1 >= 0 && index + 1 < weights.length) weights[index + 1] = (weights[index + 1] ?? 0) + after * share
  }
  return { first, weights }
}

/**
 * Scaling and moving alone, which columns and rows allow one after the other.
 *
 * @returns red, green and blue of each pixel, 0 to 255, row by row
 */
export function scale(
  { width, height, rgb }: Raster,
  { a, left, top, grid }: { a: number; left: number; top: number; grid: number },
  size: number,
): Float32Array {
  const places = Array.from({ length: size }, (_, place) => place)
  const columns = places.map((place) => tapsOf(place, { a, start: left, grid, length: width }))
  const result = new Float32Array(size * size * 3).fill(grey)
  const stride = width * 3
  // Of each row only what lies within the columns: a part of a picture is often half of it.
  const seen = columns.filter(({ weights }) => weights.length > 0)
  const begin = 3 * (seen[0]?.first ?? 0)
  const end = 3 * ((seen.at(-1)?.first ?? 0) + (seen.at(-1)?.weights.length ?? 0))
  // One row of the result, as wide as the picture; counted from grey, so that what lies beyond the edges is 0.
  const wide = new Float32Array(stride)
  for (const place of places) {
    const { first, weights } = tapsOf(place, { a, start: top, grid, length: height })
    wide.fill(0, begin, end)
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap] as number
      const source = (first + tap) * stride
      for (let index = begin; index < end; index++)
        wide[index] = (wide[index] as number) + weight * ((rgb[source + index] as number) - grey)
    }
    let target = place * size * 3
    for (const column of columns) {
      let source = column.first * 3
      for (const weight of column.weights) {
        for (let channel = 0; channel < 3; channel++)
          result[target + channel] = (result[target + channel] as number) + weight * (wide[source + channel] as number)
        source += 3
      }
      target += 3
    }
  }
  return result
}
