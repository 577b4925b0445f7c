/** Eigenvalues below this share of the largest count as none. */
const TOLERANCE = 1e-10

const MAXIMUM_SWEEPS = 60

/** Turns rows (or columns) `first` and `second` into each other. */
function rotate(values: Float64Array, first: number, second: number, step: number, size: number, c: number, s: number) {
  for (let index = 0; index < size; index++) {
    const one = values[first + index * step] as number
    const other = values[second + index * step] as number
    values[first + index * step] = c * one - s * other
    values[second + index * step] = s * one + c * other
  }
}

function offDiagonal(matrix: Float64Array, size: number): number {
  return matrix.reduce((sum, value, index) => (index % (size + 1) === 0 ? sum : sum + value * value), 0)
}

/** Jacobi's method: the matrix becomes diagonal; answers the rotations, an eigenvector in each column. */
function diagonalise(matrix: Float64Array, size: number): Float64Array {
  const vectors = Float64Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0))
  const enough = 1e-26 * matrix.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < MAXIMUM_SWEEPS && offDiagonal(matrix, size) > enough; sweep++) {
    for (let row = 0; row < size; row++) {
      for (let column = row + 1; column < size; column++) {
        const value = matrix[row * size + column] as number
        if (value === 0) continue
        const theta = ((matrix[column * size + column] as number) - (matrix[row * size + row] as number)) / (2 * value)
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const cosine = 1 / Math.sqrt(tangent * tangent + 1)
        const sine = tangent * cosine
        rotate(matrix, row, column, size, size, cosine, sine)
        rotate(matrix, row * size, column * size, 1, size, cosine, sine)
        rotate(vectors, row, column, size, size, cosine, sine)
      }
    }
  }
  return vectors
}

/** Moore-Penrose inverse of a symmetric matrix, row by row: patches that do not vary in a feature say nothing of it. */
export function pseudoInverse(symmetric: readonly number[], size: number): Float64Array {
  const matrix = Float64Array.from(symmetric)
  const vectors = diagonalise(matrix, size)
  const values = Array.from({ length: size }, (_, index) => matrix[index * size + index] as number)
  const smallest = TOLERANCE * Math.max(...values.map(Math.abs))
  const inverse = new Float64Array(size * size)
  for (const [index, value] of values.entries()) {
    if (Math.abs(value) <= smallest) continue
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const cell = row * size + column
        const share = ((vectors[row * size + index] as number) * (vectors[column * size + index] as number)) / value
        inverse[cell] = (inverse[cell] as number) + share
      }
    }
  }
  return inverse
}
