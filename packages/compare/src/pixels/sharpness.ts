import type { Plane } from './plane.js'

/** Variance of the four-neighbour Laplacian, in squared grey levels. */
export function laplacianVariance({ width, height, values }: Plane): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y++) {
    for (let index = y * width + 1; index < (y + 1) * width - 1; index++) {
      const sides =
        (values[index - 1] as number) +
        (values[index + 1] as number) +
        (values[index - width] as number) +
        (values[index + width] as number)
      const laplacian = sides - 4 * (values[index] as number)
      sum += laplacian
      squares += laplacian * laplacian
    }
  }
  const count = (width - 2) * (height - 2)
  return squares / count - (sum / count) ** 2
}

/** Steps between neighbours, and how much of them a blur takes away. */
interface Steps {
  before: number
  lost: number
}

const blurOf = ({ before, lost }: Steps) => (before === 0 ? 0 : (before - lost) / before)

/** Along each row but the first; the mean is of nine neighbours, the edge repeated. */
function alongRows({ width, height, values }: Plane): Steps {
  const steps = { before: 0, lost: 0 }
  const padded = new Float32Array(width + 9)
  for (let y = 1; y < height; y++) {
    padded.set(values.subarray(y * width, (y + 1) * width), 4)
    padded.fill(padded[4] as number, 0, 4)
    padded.fill(padded[width + 3] as number, width + 4)
    let sum = 0
    for (let x = 0; x < 9; x++) sum += padded[x] as number
    let blurred = Math.fround(sum / 9)
    for (let x = 1; x < width; x++) {
      sum += (padded[x + 8] as number) - (padded[x - 1] as number)
      const next = Math.fround(sum / 9)
      const step = Math.abs((padded[x + 4] as number) - (padded[x + 3] as number))
      steps.before += step
      steps.lost += Math.max(0, step - Math.abs(next - blurred))
      blurred = next
    }
  }
  return steps
}

/** The same along each column but the first, row by row all the same: memory is read as it lies. */
function alongColumns({ width, height, values }: Plane): Steps {
  const steps = { before: 0, lost: 0 }
  const row = (y: number) => Math.min(height - 1, Math.max(0, y)) * width
  const sums = new Float64Array(width)
  for (let y = -4; y <= 4; y++) {
    for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + (values[row(y) + x] as number)
  }
  const blurred = Float32Array.from(sums, (sum) => sum / 9)
  for (let y = 1; y < height; y++) {
    const [entering, leaving, here, above] = [row(y + 4), row(y - 5), row(y), row(y - 1)]
    for (let x = 1; x < width; x++) {
      const sum = (sums[x] as number) + ((values[entering + x] as number) - (values[leaving + x] as number))
      sums[x] = sum
      const next = Math.fround(sum / 9)
      const step = Math.abs((values[here + x] as number) - (values[above + x] as number))
      steps.before += step
      steps.lost += Math.max(0, step - Math.abs(next - (blurred[x] as number)))
      blurred[x] = next
    }
  }
  return steps
}

/**
 * How little a further blur takes away, 0 (sharp) to 1 (blurred): F. Crete et al., "The blur effect: perception and
 * estimation with a new no-reference perceptual blur metric", SPIE 6492, 2007.
 */
export function blurEffect(plane: Plane): number {
  return Math.max(blurOf(alongRows(plane)), blurOf(alongColumns(plane)))
}
