import { fewestPhotos } from '../identity/likeness.js'
import type { ScoredSubject } from './scorer.js'

/** Photos that a subject is known by, and which they are in words. */
export interface ReferencePhotos {
  readonly paths: readonly string[]
  readonly note: string
}

/** The photos that were kept back, where there are enough; else those that it was trained on. */
export function referencePhotos({ photos, heldOut }: ScoredSubject): ReferencePhotos {
  if (heldOut.length >= fewestPhotos) {
    return { paths: heldOut, note: `Likeness is measured against ${heldOut.length} photos that no vendor was given.` }
  }
  const few = heldOut.length === 0 ? 'No photos were kept back' : `Only ${heldOut.length} photos were kept back`
  return {
    paths: photos,
    note: `${few}: likeness is measured against the ${photos.length} training photos, and a copy of one scores best.`,
  }
}
