import type { LoraTag } from './lora-tags.js'
import { findGalleryTune, flux1Dev, galleryTunes, sdxl1 } from './models.js'
import type { Tune } from './records.js'
import type { Branch, TuneAttributes } from './tune-attributes.js'

/** What a prompt runs on, as told by the tune id in its URL. */
export interface Target {
  readonly branch: Branch
  /** Prompts of a mock tune are free and show fixed pictures. */
  readonly isMock: boolean
  /** Stored as the prompt's `tune_id`; undefined stands for the tune itself. */
  readonly baseTuneId: number | undefined
  /** How the tune takes part: by a tag that Astria puts in front of the text, as the model itself, or not at all. */
  readonly part: LoraTag['type'] | 'model' | 'none'
  readonly tune: Tune | undefined
}

/**
 * A LoRA tune is no model: its prompts are stored under the base model, with the tag added
 * (first-party plugin and YPS, 2024 to 2026; before, posting there was refused).
 */
export function targetOf(attributes: TuneAttributes, tune: Tune | undefined): Target {
  const { branch, modelType, baseTuneId } = attributes
  if (branch === 'fast') return { branch, isMock: true, baseTuneId: undefined, part: 'none', tune }
  if (modelType === null) return { branch, isMock: false, baseTuneId: undefined, part: 'model', tune }
  const base = baseTuneId ?? defaultBase(branch)
  return { branch, isMock: false, baseTuneId: base, part: modelType === 'faceid' ? 'faceid' : 'lora', tune }
}

export function galleryTarget(number: number): Target | undefined {
  const base = findGalleryTune(number)
  return base && { branch: base.branch, isMock: false, baseTuneId: base.number, part: 'none', tune: undefined }
}

function defaultBase(branch: Branch): number {
  if (branch === 'flux1') return flux1Dev
  if (branch === 'sdxl1') return sdxl1
  return galleryTunes.find((base) => base.branch === branch)?.number ?? flux1Dev
}
