import { fewestPhotos } from '../../identity/likeness.js'
import { cosine, meanDirection } from '../../identity/vectors.js'
import { type PhotoRange, rangeOf } from '../../pixels/technical-quality.js'

/** What the photos of a subject have in common, as directions of length 1. */
export interface VectorReference {
  readonly centre: Float32Array
  /** Cosine of each photo with the mean of the others. */
  readonly own: PhotoRange | undefined
}

/** @returns nothing for fewer than 3 photos */
export function vectorReference(vectors: readonly Float32Array[]): VectorReference | undefined {
  if (vectors.length < fewestPhotos) return undefined
  const own = vectors.map((vector, index) =>
    cosine(vector, meanDirection(vectors.filter((_, other) => other !== index))),
  )
  return { centre: meanDirection(vectors), own: rangeOf(own) }
}
