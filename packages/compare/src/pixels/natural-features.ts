import { fitGeneralisedGaussian, gamma } from './generalised-gaussian.js'
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

const smooth = (plane: Plane) => transpose(filterRows(transpose(filterRows(plane))))

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

function cut({ width, values }: Plane, left: number, top: number, side: number): Float32Array {
  const patch = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    const from = (top + y) * width + left
    patch.set(values.subarray(from, from + side), y * side)
  }
  return patch
}

/** Each value times its neighbour, the patch closed to a ring as in the authors' own code. */
function products(patch: Float32Array, side: number, down: number, right: number): Float32Array {
  const found = new Float32Array(patch.length)
  for (let y = 0; y < side; y++) {
    const row = y * side
    const other = ((y - down + side) % side) * side
    for (let x = 0; x < side; x++) {
      const left = x - right
      const column = left < 0 ? left + side : left === side ? 0 : left
      found[row + x] = (patch[row + x] as number) * (patch[other + column] as number)
    }
  }
  return found
}

const neighbours = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const

function statistics(patch: Float32Array, side: number): number[] {
  const { shape, left, right } = fitGeneralisedGaussian(patch)
  const pairs = neighbours.flatMap(([down, along]) => {
    const fit = fitGeneralisedGaussian(products(patch, side, down, along))
    const mean = (fit.right - fit.left) * (gamma(2 / fit.shape) / gamma(1 / fit.shape))
    return [fit.shape, mean, fit.left, fit.right]
  })
  return [shape, (left + right) / 2, ...pairs]
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length

/** MATLAB's cubic kernel for halving with antialiasing, at -3.5, -2.5 ... 3.5 source pixels. */
const cubic = [-0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625, -0.01171875]

function halveRows({ width, height, values }: Plane): Plane {
  const half = width >> 1
  const halved = new Float32Array(half * height)
  const mirror = (x: number) => (x < 0 ? -x - 1 : x >= width ? 2 * width - 1 - x : x)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < half; x++) {
      let sum = 0
      for (let tap = 0; tap < 8; tap++)
        sum += (cubic[tap] as number) * (values[y * width + mirror(2 * x - 3 + tap)] as number)
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
        ...statistics(cut(large.normal, left, top, PATCH), PATCH),
        ...statistics(cut(small.normal, left / 2, top / 2, side), side),
      ],
      sharpness: mean(cut(large.deviation, left, top, PATCH)),
    }
  })
  return patches.filter(({ features }) => features.every(Number.isFinite))
}
