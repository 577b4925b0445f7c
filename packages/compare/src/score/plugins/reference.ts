import { cosine, meanDirection } from '../../identity/vectors.js'
import { type PhotoRange, rangeOf } from '../../pixels/technical-quality.js'
import type { ScoredSubject } from '../scorer.js'

/** Photos below this number say too little of a subject. */
export const fewestPhotos = 3

/** Photos that a subject is known by, and which they are in words. */
export interface ReferencePhotos {
  readonly paths: readonly string[]
  readonly note: string
}

/** The photos that were kept back, where there are enough; else those that it was trained on. */
export function referencePhotos({ photos, heldOut }: ScoredSubject): ReferencePhotos {
  return heldOut.length >= fewestPhotos
    ? { paths: heldOut, note: `Against ${heldOut.length} photos that were kept back from the training.` }
    : { paths: photos, note: `Against the ${photos.length} photos it was trained on: a copied photo scores best.` }
}

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
