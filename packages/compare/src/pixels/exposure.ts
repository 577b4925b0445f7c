import type { Plane } from './plane.js'

/** How light is spread over a picture. */
export interface Exposure {
  /** Mean luma, 0 to 255. */
  readonly mean: number
  /** Share of pixels that are black, 0 to 1. */
  readonly clippedLow: number
  /** Share of pixels that are white, 0 to 1. */
  readonly clippedHigh: number
  /** Luma from the first to the 99th percentile, 0 to 255. */
  readonly range: number
  /** Of the luma's histogram, 0 to 8 bits. */
  readonly entropy: number
}

const BLACK = 2
const WHITE = 253

function percentile(histogram: readonly number[], count: number, share: number): number {
  let seen = 0
  const level = histogram.findIndex((pixels) => {
    seen += pixels
    return seen >= share * count
  })
  return level
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Reads the exposure off the histogram of a luma plane. */
export function exposureOf({ values }: Plane): Exposure {
  const counted = new Uint32Array(256)
  // Rounded: no value is below 0.
  for (let index = 0; index < values.length; index++) {
    const level = ((values[index] as number) + 0.5) | 0
    counted[level] = (counted[level] as number) + 1
  }
  const histogram = [...counted]
  const count = values.length
  const shares = histogram.map((pixels) => pixels / count)
  return {
    mean: sum(shares.map((share, level) => share * level)),
    clippedLow: sum(shares.slice(0, BLACK + 1)),
    clippedHigh: sum(shares.slice(WHITE)),
    range: percentile(histogram, count, 0.99) - percentile(histogram, count, 0.01),
    entropy: -sum(shares.filter((share) => share > 0).map((share) => share * Math.log2(share))),
  }
}
