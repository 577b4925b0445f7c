import { type Plane, transpose } from './plane.js'

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

/** Mean of nine neighbours along each row, the edge repeated. */
function blurRows({ width, height, values }: Plane): Float32Array {
  const blurred = new Float32Array(values.length)
  const within = (x: number) => Math.min(width - 1, Math.max(0, x))
  for (let y = 0; y < height; y++) {
    const row = y * width
    let sum = 0
    for (let x = -4; x <= 4; x++) sum += values[row + within(x)] as number
    for (let x = 0; x < width; x++) {
      blurred[row + x] = sum / 9
      sum += (values[row + within(x + 5)] as number) - (values[row + within(x - 4)] as number)
    }
  }
  return blurred
}

function blurAlongRows(plane: Plane): number {
  const { width, height, values } = plane
  const blurred = blurRows(plane)
  let before = 0
  let lost = 0
  for (let y = 1; y < height; y++) {
    for (let index = y * width + 1; index < (y + 1) * width; index++) {
      const difference = Math.abs((values[index] as number) - (values[index - 1] as number))
      before += difference
      lost += Math.max(0, difference - Math.abs((blurred[index] as number) - (blurred[index - 1] as number)))
    }
  }
  return before === 0 ? 0 : (before - lost) / before
}

/**
 * How little a further blur takes away, 0 (sharp) to 1 (blurred): F. Crete et al., "The blur effect: perception and
 * estimation with a new no-reference perceptual blur metric", SPIE 6492, 2007.
 */
export function blurEffect(plane: Plane): number {
  return Math.max(blurAlongRows(plane), blurAlongRows(transpose(plane)))
}
