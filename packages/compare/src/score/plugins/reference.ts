import { cosine, meanDirection } from '../../identity/vectors.js'
import { sha256Of } from '../../models/cache.js'
import type { PhotoRange } from '../../pixels/technical-quality.js'
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

/** Hashes of photos, for a fingerprint. */
export function hashesOf(paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(paths.map(sha256Of))
}

/** What the photos of a subject have in common, as directions of length 1. */
export interface VectorReference {
  readonly centre: Float32Array
  /** Cosine of each photo with the mean of the others. */
  readonly own: PhotoRange
}

/** @returns nothing for fewer than 3 photos */
export function vectorReference(vectors: readonly Float32Array[]): VectorReference | undefined {
  if (vectors.length < fewestPhotos) return undefined
  const own = vectors
    .map((vector, index) => cosine(vector, meanDirection(vectors.filter((_, other) => other !== index))))
    .sort((one, other) => one - other)
  const at = (index: number) => own[index] ?? Number.NaN
  const median = (at((own.length - 1) >> 1) + at(own.length >> 1)) / 2
  return {
    centre: meanDirection(vectors),
    own: { minimum: at(0), median, maximum: at(own.length - 1), photos: own.length },
  }
}

/** A direction as the contract of scorers has it: 32-bit floats, little-endian, as base64. */
export function encodeDirection(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}
