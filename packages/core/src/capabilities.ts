/** Neutral parameters of a fine-tune that a vendor may lack. */
export type FineTuneParameter =
  | 'base'
  | 'trigger'
  | 'steps'
  | 'learningRate'
  | 'rank'
  | 'captions'
  | 'webhookUrl'
  | 'mode'

/** Neutral parameters of a generation that a vendor may lack. */
export type GenerateParameter =
  | 'size'
  | 'aspectRatio'
  | 'seed'
  | 'negativePrompt'
  | 'steps'
  | 'guidanceScale'
  | 'strength'
  | 'format'
  | 'image'
  | 'mask'
  | 'imageStrength'
  | 'webhookUrl'

/** What a vendor accepts as training images. Checked by `preflight` before any money moves. */
export interface ImageLimits {
  readonly minimum: number
  /** Absent where no limit is known. */
  readonly maximum?: number
  readonly recommended?: { readonly minimum: number; readonly maximum: number }
  /** IANA types, e.g. `image/jpeg`. */
  readonly mediaTypes: readonly string[]
  /** Largest single file, in bytes. */
  readonly maximumBytes?: number
  /** Largest sum of all files, in bytes. */
  readonly maximumTotalBytes?: number
  /** Shortest side that is refused below, in pixels. */
  readonly minimumSide?: number
  /** Longest side that is refused above, in pixels. */
  readonly maximumSide?: number
  /** Shortest side below which quality suffers, in pixels. */
  readonly recommendedSide?: number
}

/** Which sizes a vendor can make. */
export type SizeSupport =
  | {
      readonly kind: 'pixels'
      /** Both sides are multiples of this. */
      readonly multipleOf: number
      readonly minimum: number
      readonly maximum: number
    }
  | { readonly kind: 'aspect-ratios'; readonly ratios: readonly string[] }

/** What a provider can train. */
export interface FineTuneCapabilities {
  /** Base models, best first: `flux-1-dev`. The first is used where the request names none. */
  readonly bases: readonly string[]
  readonly images: ImageLimits
  /** Which neutral parameters reach the vendor. */
  readonly parameters: Readonly<Record<FineTuneParameter, boolean>>
  /** What a class name may look like, as a regular expression, and in words. */
  readonly className?: { readonly pattern: string; readonly description: string }
  /** Whether the trained weights can be downloaded, and loaded elsewhere. */
  readonly weights: boolean
  /** What can be taken over of trainings that were made without Likeness: by the vendor's id, by address. */
  readonly adopts: readonly ('id' | 'url')[]
  readonly find: boolean
  readonly cancel: boolean
  readonly remove: boolean
  readonly list: boolean
}

/** What a provider can generate. */
export interface GenerateCapabilities {
  readonly parameters: Readonly<Record<GenerateParameter, boolean>>
  /** Most pictures in one request. */
  readonly maximumImages: number
  readonly size: SizeSupport
  /** The first is what comes where the request names none. */
  readonly formats: readonly ('jpeg' | 'png' | 'webp')[]
  /** Weights from elsewhere that this provider loads by URL. Empty where it uses its own models only. */
  readonly loads: readonly { readonly base: string; readonly format: string }[]
  readonly find: boolean
  readonly cancel: boolean
  readonly remove: boolean
  readonly list: boolean
}

/** What a vendor allows one account, as far as it is documented. A router keeps it where config says nothing else. */
export interface AccountLimits {
  /** Jobs at work at the same time. */
  readonly concurrentJobs?: number
  /** Paid requests in any minute. */
  readonly requestsPerMinute?: number
  /** The document the figures come from, and its date. */
  readonly source: string
}

/** What a provider can do, as plain JSON. Shared code reads this and never a provider's name. */
export interface Capabilities {
  readonly fineTune?: FineTuneCapabilities
  readonly generate?: GenerateCapabilities
  readonly limits?: AccountLimits
  /**
   * How its callbacks are proven: `signature` by the vendor, `token` of ours in the callback URL, `account` the same
   * with one URL for the whole account; `none` where it has no callbacks.
   */
  readonly webhooks: 'signature' | 'token' | 'account' | 'none'
}
