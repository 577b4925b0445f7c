import { gamma, Moments } from './generalised-gaussian.js'
import { type Plane, transpose } from './plane.js'

/** Side of a patch at full size, in pixels. */
const PATCH = 96

/** The natural scene statistics of one patch: 18 numbers at full and 18 at half size. */
export interface PatchFeatures {
  readonly features: readonly number[]
  /** Mean local deviation at full size, in grey levels. */
  readonly sharpness: number
}

const window = Array.from({ length: 7 }, (_, index) => Math.exp(-((index - 3) ** 2) / (2 * (7 / 6) ** 2)))
const total = window.reduce((sum, weight) => sum + weight, 0)
const weights = window.map((weight) => weight / total)

/** Sums of neighbours along each row, the edge repeated. */
function filterRows({ width, height, values }: Plane): Plane {
  const filtered = new Float32Array(values.length)
  // A row with its ends repeated, so that the inner loop needs no bounds.
  const row = new Float32Array(width + 6)
  const [w0, w1, w2, w3] = [weights[0] as number, weights[1] as number, weights[2] as number, weights[3] as number]
  for (let y = 0; y < height; y++) {
    row.set(values.subarray(y * width, (y + 1) * width), 3)
    row.fill(row[3] as number, 0, 3)
    row.fill(row[width + 2] as number, width + 3)
    for (let x = 0; x < width; x++) {
      filtered[y * width + x] =
        w0 * ((row[x] as number) + (row[x + 6] as number)) +
        w1 * ((row[x + 1] as number) + (row[x + 5] as number)) +
        w2 * ((row[x + 2] as number) + (row[x + 4] as number)) +
        w3 * (row[x + 3] as number)
    }
  }
  return { width, height, values: filtered }
}

/** The same along each column, row by row all the same. */
function filterColumns({ width, height, values }: Plane): Plane {
  const filtered = new Float32Array(values.length)
  const rowAt = (y: number) => Math.min(height - 1, Math.max(0, y)) * width
  const [w0, w1, w2, w3] = [weights[0] as number, weights[1] as number, weights[2] as number, weights[3] as number]
  for (let y = 0; y < height; y++) {
    const [r0, r1, r2, r3] = [rowAt(y - 3), rowAt(y - 2), rowAt(y - 1), y * width]
    const [r4, r5, r6] = [rowAt(y + 1), rowAt(y + 2), rowAt(y + 3)]
    // In one sum: rounded after each step, flat parts would show deviations that are not there.
    for (let x = 0; x < width; x++) {
      filtered[y * width + x] =
        w0 * ((values[r0 + x] as number) + (values[r6 + x] as number)) +
        w1 * ((values[r1 + x] as number) + (values[r5 + x] as number)) +
        w2 * ((values[r2 + x] as number) + (values[r4 + x] as number)) +
        w3 * (values[r3 + x] as number)
    }
  }
  return { width, height, values: filtered }
}

const smooth = (plane: Plane) => filterColumns(filterRows(plane))

/** Luma less its local mean, over its local deviation. */
function normalise(plane: Plane): { readonly normal: Plane; readonly deviation: Plane } {
  const { width, height, values } = plane
  const squared = new Float32Array(values.length)
  for (let index = 0; index < values.length; index++) squared[index] = (values[index] as number) ** 2
  const means = smooth(plane).values
  const squares = smooth({ width, height, values: squared }).values
  const normal = new Float32Array(values.length)
  const deviation = new Float32Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const mean = means[index] as number
    const spread = Math.sqrt(Math.abs((squares[index] as number) - mean * mean))
    deviation[index] = spread
    normal[index] = ((values[index] as number) - mean) / (spread + 1)
  }
  return { normal: { width, height, values: normal }, deviation: { width, height, values: deviation } }
}

/** A square part of a plane. */
interface Patch {
  readonly plane: Plane
  readonly left: number
  readonly top: number
  readonly side: number
}

/** Moments of the values of a patch. */
function valueMoments({ plane: { width, values }, left, top, side }: Patch): Moments {
  const moments = new Moments(side * side)
  for (let y = top; y < top + side; y++) moments.addAll(values, y * width + left, side)
  return moments
}

/** Moments of each value times its neighbour, the patch closed to a ring as in the authors' own code. */
function productMoments({ plane: { width, values }, left, top, side }: Patch, down: number, right: number): Moments {
  const moments = new Moments(side * side)
  const row = new Float32Array(side)
  for (let y = 0; y < side; y++) {
    const here = (top + y) * width + left
    const other = (top + ((y - down + side) % side)) * width + left
    // Where the neighbour's column wraps around, one product stands at an end of the row.
    const [first, last] = [right === 1 ? 1 : 0, right === -1 ? side - 1 : side]
    for (let x = first; x < last; x++) row[x] = (values[here + x] as number) * (values[other + x - right] as number)
    if (right === 1) row[0] = (values[here] as number) * (values[other + side - 1] as number)
    if (right === -1) row[last] = (values[here + last] as number) * (values[other] as number)
    moments.addAll(row, 0, side)
  }
  return moments
}

const neighbours = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const

function statistics(patch: Patch): number[] {
  const { shape, left, right } = valueMoments(patch).fit()
  const pairs = neighbours.flatMap(([down, along]) => {
    const fit = productMoments(patch, down, along).fit()
    const mean = (fit.right - fit.left) * (gamma(2 / fit.shape) / gamma(1 / fit.shape))
    return [fit.shape, mean, fit.left, fit.right]
  })
  return [shape, (left + right) / 2, ...pairs]
}

function meanOf({ plane: { width, values }, left, top, side }: Patch): number {
  let sum = 0
  for (let y = top; y < top + side; y++) {
    for (let index = y * width + left; index < y * width + left + side; index++) sum += values[index] as number
  }
  return sum / (side * side)
}

/** MATLAB's cubic kernel for halving with antialiasing, at -3.5, -2.5 ... 3.5 source pixels. */
const cubic = [-0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625, -0.01171875]

function halveRows({ width, height, values }: Plane): Plane {
  const half = width >> 1
  const halved = new Float32Array(half * height)
  // A row with its ends mirrored, so that the inner loop needs no bounds.
  const row = new Float32Array(width + 8)
  for (let y = 0; y < height; y++) {
    row.set(values.subarray(y * width, (y + 1) * width), 4)
    for (let beyond = 0; beyond < 4; beyond++) {
      row[3 - beyond] = row[4 + beyond] as number
      row[width + 4 + beyond] = row[width + 3 - beyond] as number
    }
    for (let x = 0; x < half; x++) {
      let sum = 0
      for (let tap = 0; tap < 8; tap++) sum += (cubic[tap] as number) * (row[2 * x + 1 + tap] as number)
      halved[y * half + x] = sum
    }
  }
  return { width: half, height, values: halved }
}

/**
 * Features of each whole patch of a luma plane: A. Mittal, R. Soundararajan and A. C. Bovik, "Making a completely blind
 * image quality analyzer", IEEE Signal Processing Letters 20(3), 2013. Patches without any texture are left out: their
 * statistics do not exist.
 */
export function naturalFeatures({ width, height, values }: Plane): PatchFeatures[] {
  const columns = Math.floor(width / PATCH)
  const rows = Math.floor(height / PATCH)
  if (columns === 0 || rows === 0) return []
  // The authors cut to whole patches and round to whole grey levels before anything else; the scores depend on it.
  const full: Plane = {
    width: columns * PATCH,
    height: rows * PATCH,
    values: new Float32Array(columns * rows * PATCH ** 2),
  }
  for (let y = 0; y < full.height; y++) {
    for (let x = 0; x < full.width; x++) full.values[y * full.width + x] = Math.round(values[y * width + x] as number)
  }
  const large = normalise(full)
  const small = normalise(transpose(halveRows(transpose(halveRows(full)))))
  const patches = Array.from({ length: rows * columns }, (_, index) => {
    const left = (index % columns) * PATCH
    const top = Math.floor(index / columns) * PATCH
    const side = PATCH / 2
    return {
      features: [
        ...statistics({ plane: large.normal, left, top, side: PATCH }),
        ...statistics({ plane: small.normal, left: left / 2, top: top / 2, side }),
      ],
      sharpness: meanOf({ plane: large.deviation, left, top, side: PATCH }),
    }
  })
  return patches.filter(({ features }) => features.every(Number.isFinite))
}
