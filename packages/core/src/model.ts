import type { JsonObject } from './json.js'
import type { Cost } from './money.js'
import type { Subject } from './subject.js'

/** A file with trained weights that can be loaded elsewhere. */
export interface Weights {
  /** Where the file lies. May need the vendor's key, or expire. */
  readonly url: string
  /** Set where the address opens for the vendor that trained them alone; `FineTune.locateWeights` gives one that others can read. */
  readonly access?: 'vendor' | undefined
  /** File format, e.g. `diffusers-lora`. Compared with `capabilities.generate.loads`. */
  readonly format: string
  /** Base model the weights belong to, e.g. `flux-1-dev`. */
  readonly base: string
  readonly bytes?: number | undefined
  /** Lower-case hex. */
  readonly sha256?: string | undefined
  /** Rank of the LoRA. */
  readonly rank?: number | undefined
  /** Licence that the weights come under by their base model, as an SPDX id or `LicenseRef-…`. */
  readonly licence?: string | undefined
}

/** A usable model of one subject at one provider: what a fine-tune yields. Plain JSON. */
export interface FineTunedModel {
  /** `Provider.id` of the provider that trained it. */
  readonly provider: string
  /** The vendor's id: Astria's tune id, fal's request id, Segmind's finetune id. */
  readonly id: string
  /** Base model in neutral spelling: `flux-1-dev`, `flux-1-pro`. */
  readonly base: string
  readonly subject: Subject
  /** The word that stands for the subject in a prompt, e.g. `ohwx`. Absent where the vendor needs none. */
  readonly trigger?: string | undefined
  /** ISO 8601. */
  readonly createdAt: string
  /** ISO 8601: when the vendor deletes it. Absent where it keeps it. */
  readonly expiresAt?: string | undefined
  readonly weights?: Weights | undefined
  /** True for a free mock training, whose pictures do not show the subject. */
  readonly mock?: boolean | undefined
  readonly cost?: Cost | undefined
  /** What else the adapter needs to use the model. */
  readonly data?: JsonObject | undefined
}

/** Something that was trained without Likeness. One of `id` and `url` must be given. */
export interface ModelReference {
  /** The vendor's id of it: Astria's tune id, fal's request id, Segmind's finetune id or slug. */
  readonly id?: string | undefined
  /** Where its weights lie. */
  readonly url?: string | undefined
  readonly subject: Subject
  /** Base model in neutral spelling. @default what the vendor says, else it must be given */
  readonly base?: string | undefined
  readonly trigger?: string | undefined
  /** ISO 8601: when the vendor deletes it, where the caller knows. */
  readonly expiresAt?: string | undefined
}
