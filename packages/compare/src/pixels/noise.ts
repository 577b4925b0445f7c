import type { Plane } from './plane.js'

/** Side of the squares among which the flattest are sought, in pixels. */
const TILE = 16

interface Tile {
  readonly variance: number
  /** Share of pixels at the ends of the scale, 0 to 1. */
  readonly clipped: number
  /** Mean size of the answer to Immerkær's mask. */
  readonly answer: number
}

function tileAt({ width, values }: Plane, left: number, top: number): Tile {
  let sum = 0
  let squares = 0
  let clipped = 0
  let answer = 0
  for (let y = top; y < top + TILE; y++) {
    for (let index = y * width + left; index < y * width + left + TILE; index++) {
      const value = values[index] as number
      sum += value
      squares += value * value
      if (value < 3 || value > 252) clipped++
      const corners =
        (values[index - width - 1] as number) +
        (values[index - width + 1] as number) +
        (values[index + width - 1] as number) +
        (values[index + width + 1] as number)
      const sides =
        (values[index - 1] as number) +
        (values[index + 1] as number) +
        (values[index - width] as number) +
        (values[index + width] as number)
      answer += Math.abs(corners - 2 * sides + 4 * value)
    }
  }
  const count = TILE * TILE
  return { variance: squares / count - (sum / count) ** 2, clipped: clipped / count, answer: answer / count }
}

function tilesOf(plane: Plane): Tile[] {
  const tiles: Tile[] = []
  for (let top = 1; top + TILE < plane.height; top += TILE) {
    for (let left = 1; left + TILE < plane.width; left += TILE) tiles.push(tileAt(plane, left, top))
  }
  return tiles
}

/**
 * Standard deviation of the noise, in grey levels: J. Immerkær, "Fast noise variance estimation", Computer Vision and
 * Image Understanding 64(2), 1996, on the flattest quarter, where texture is not taken for noise.
 */
export function noiseLevel(plane: Plane): number {
  const tiles = tilesOf(plane)
  // A blown-out sky or a white ground hides whatever noise there is.
  const open = tiles.filter(({ clipped }) => clipped < 0.1)
  const chosen = (open.length * 8 >= tiles.length ? open : tiles).sort((one, other) => one.variance - other.variance)
  const flattest = chosen.slice(0, Math.max(1, Math.ceil(chosen.length / 4)))
  const mean = flattest.reduce((sum, { answer }) => sum + answer, 0) / flattest.length
  return (Math.sqrt(Math.PI / 2) * mean) / 6
}
