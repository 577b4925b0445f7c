import type { Plane } from './plane.js'

/** 64 bits that stay much the same when a picture is compressed, scaled or lightly cropped: 16 hexadecimal digits. */
export type PerceptualHash = string

/** Side of the small picture that is transformed, in pixels. */
const SIDE = 32

/** Frequencies kept in each direction, the mean left out. */
const KEPT = 8

/** Coefficients of a small picture smaller than this come from rounding, not from what is shown. */
const QUIET = 2

/** A part of a plane, in pixels. */
export interface Part {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Mean of each cell of a {@link SIDE} x {@link SIDE} raster laid over a part. Works on parts smaller than the raster. */
function shrink({ width, values }: Plane, part: Part): Float64Array {
  const small = new Float64Array(SIDE * SIDE)
  const edge = (index: number, length: number) => Math.floor((index * length) / SIDE)
  for (let row = 0; row < SIDE; row++) {
    const top = edge(row, part.height)
    const bottom = Math.max(top + 1, edge(row + 1, part.height))
    for (let column = 0; column < SIDE; column++) {
      const left = edge(column, part.width)
      const right = Math.max(left + 1, edge(column + 1, part.width))
      let sum = 0
      for (let y = part.top + top; y < part.top + bottom; y++) {
        for (let x = part.left + left; x < part.left + right; x++) sum += values[y * width + x] as number
      }
      small[row * SIDE + column] = sum / ((bottom - top) * (right - left))
    }
  }
  return small
}

const cosine = (frequency: number, position: number) =>
  Math.cos((Math.PI * frequency * (2 * position + 1)) / (2 * SIDE)) * Math.sqrt(2 / SIDE)

/** The lowest frequencies of the cosine transform in both directions but the mean ones, row by row. */
function lowFrequencies(small: Float64Array): number[] {
  const kept = Array.from({ length: KEPT }, (_, index) => index + 1)
  const waves = kept.map((frequency) => Array.from({ length: SIDE }, (_, position) => cosine(frequency, position)))
  const columns = waves.map((wave) =>
    Array.from({ length: SIDE }, (_, x) =>
      wave.reduce((sum, weight, y) => sum + weight * (small[y * SIDE + x] as number), 0),
    ),
  )
  return columns.flatMap((column) =>
    waves.map((wave) => wave.reduce((sum, weight, x) => sum + weight * (column[x] as number), 0)),
  )
}

function hashOf(coefficients: readonly number[]): PerceptualHash {
  const sorted = coefficients.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const median = ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
  const bits = coefficients.map((coefficient) => (coefficient > median ? '1' : '0')).join('')
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0')
}

/** The hash of a part and of its mirror image; nothing where it shows nothing but one colour. */
export function hashesOfPart(
  plane: Plane,
  part: Part,
): { readonly hash: PerceptualHash; readonly mirrored: PerceptualHash } | undefined {
  const coefficients = lowFrequencies(shrink(plane, part))
  if (coefficients.every((coefficient) => Math.abs(coefficient) < QUIET)) return undefined
  // Mirrored from left to right, waves of odd frequency along the row turn their sign.
  const turned = coefficients.map((coefficient, index) => ((index % KEPT) % 2 === 0 ? -coefficient : coefficient))
  return { hash: hashOf(coefficients), mirrored: hashOf(turned) }
}

/** The hash of a whole picture; nothing where it shows nothing but one colour. */
export function perceptualHash(plane: Plane): PerceptualHash | undefined {
  return hashesOfPart(plane, { left: 0, top: 0, width: plane.width, height: plane.height })?.hash
}

/** Bits in which two hashes differ, 0 to 64; about 32 for unrelated pictures. */
export function hashDistance(one: PerceptualHash, other: PerceptualHash): number {
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length
}

/** Two pictures that differ in no more bits than these show the same. */
export const DUPLICATE_BITS = 10
