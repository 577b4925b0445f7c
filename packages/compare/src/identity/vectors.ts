/** The vector at length 1. @throws {TypeError} it has no length, or is not finite */
export function unit(vector: ArrayLike<number>): Float32Array {
  const values = Float64Array.from(vector)
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  if (!(length > 0 && Number.isFinite(length))) throw new TypeError('vector: a length above 0 is needed')
  return Float32Array.from(values, (value) => value / length)
}

/** Cosine of the angle between two vectors of length 1. */
export function cosine(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) throw new TypeError(`vectors of ${one.length} and of ${other.length} numbers`)
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
}

/** The direction in the middle of vectors of length 1, itself of length 1. */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const [first] = vectors
  if (first === undefined) throw new TypeError('vectors: at least one is needed')
  return unit(Float64Array.from(first, (_, index) => vectors.reduce((sum, vector) => sum + (vector[index] ?? 0), 0)))
}
