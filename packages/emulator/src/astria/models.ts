import type { Branch } from './tune-attributes.js'

/** A public base model. Its id stands in the URL of a LoRA's prompts. */
export interface GalleryTune {
  readonly number: number
  readonly title: string
  readonly name: string
  readonly branch: Branch
}

/** Ids from the documents (DOC flux-api, sdxl, gallery; 2026-08-21). */
export const flux1Dev = 1504944
export const sdxl1 = 666678

export const galleryTunes: readonly GalleryTune[] = [
  { number: flux1Dev, title: 'Flux1.dev', name: 'style', branch: 'flux1' },
  { number: 690204, title: 'Realistic Vision 5.1', name: 'style', branch: 'sd15' },
  { number: sdxl1, title: 'SDXL 1.0', name: 'style', branch: 'sdxl1' },
]

export function findGalleryTune(number: number): GalleryTune | undefined {
  return galleryTunes.find((tune) => tune.number === number)
}
