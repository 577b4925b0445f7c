import type { LikenessError } from './error.js'
import type { Page, PageOptions } from './fine-tune.js'
import type { ImageFile } from './images/image-file.js'
import type { CallOptions, CancelOutcome, FindOptions, JobHandle, Pace, Started, UnsuccessfulStatus } from './job.js'
import type { JsonObject } from './json.js'
import type { FineTunedModel } from './model.js'
import type { Cost, Estimate } from './money.js'
import type { Portfolio } from './portfolio.js'
import type { RequestPreview } from './preview.js'
import type { Finished, RunContext } from './run.js'
import type { GenerateParameters } from './schemas/generate-request.js'
import type { Warning } from './warning.js'

/** A model to apply, and how strongly (1 is as trained). */
export interface AppliedModel {
  readonly model: FineTunedModel
  readonly strength?: number | undefined
}

/** A generation as an adapter receives it: validated, its models chosen, its input images opened, its key made. */
export interface GenerateRequest extends Omit<GenerateParameters, 'image' | 'mask' | 'idempotencyKey'> {
  /** Empty when no `portfolio` was given: the base model alone. */
  readonly models: readonly AppliedModel[]
  /** In place of `models` at a provider that is made of others: it chooses the model for each of them itself. */
  readonly portfolio?: Portfolio | undefined
  readonly image?: ImageFile | undefined
  readonly mask?: ImageFile | undefined
  /** One logical request has one key, however often it is sent. */
  readonly idempotencyKey: string
}

/** One picture as the vendor gave it. Plain JSON. */
export interface ImageResult {
  /** `https:` or `data:`. From the vendor, hence untrusted: read it with `Generate.download`. */
  readonly url: string
  /** `Provider.id` of who made it, where the provider asked is made of others. */
  readonly provider?: string | undefined
  readonly mediaType?: string | undefined
  /** In pixels, where the vendor says so. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly seed?: number | undefined
  /** ISO 8601: until when the vendor keeps the file, as far as it is known. */
  readonly expiresAt?: string | undefined
}

/** One picture of several that did not come. */
export interface ImageFailure {
  /** Which of the `n`, from 0; absent where the vendor does not tell. */
  readonly index?: number | undefined
  readonly error: LikenessError
}

/** At least one picture came. */
export interface GenerationSucceeded {
  readonly state: 'succeeded'
  readonly images: readonly ImageResult[]
  /** Pictures that were asked for and are missing. */
  readonly failures: readonly ImageFailure[]
  readonly cost?: Cost | undefined
  /** What the vendor said beyond the neutral fields. */
  readonly metadata?: JsonObject | undefined
}

/** Where a generation stands. */
export type GenerationStatus = UnsuccessfulStatus | GenerationSucceeded

/** A file being read from the vendor. */
export interface Download {
  readonly stream: AsyncIterable<Uint8Array>
  readonly mediaType?: string | undefined
  /** Length as announced. */
  readonly bytes?: number | undefined
}

/** One entry of a vendor's list of generations. */
export interface GenerationListItem {
  readonly id: string
  readonly prompt?: string | undefined
  readonly state: GenerationStatus['state']
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  readonly images: readonly ImageResult[]
}

/**
 * Making pictures at one provider. Methods that `capabilities.generate` denies throw `unsupported` and send nothing.
 * All methods throw {@link LikenessError} only.
 */
export interface Generate {
  /** What it will cost, offline. `undefined` where no price is known. */
  estimate(request: GenerateRequest): Estimate | undefined
  /**
   * Checks `providerOptions` and everything else this provider would refuse, offline. `start` does the same first.
   *
   * @returns the warnings that `start` would give
   * @throws LikenessError `invalid-request` or `unsupported`
   */
  validate(request: GenerateRequest): Promise<readonly Warning[]>
  /** The request that `start` would send, offline. Throws what {@link Generate.validate} throws. */
  preview(request: GenerateRequest): Promise<RequestPreview>
  /**
   * Sees a generation through to its pictures, where the provider does more than start it and wait: one that is made of
   * others may begin again elsewhere. The everyday functions then call this in place of `start` and `status`.
   */
  run?(request: GenerateRequest, context: RunContext): Promise<Finished<GenerationStatus>>
  /** Submits the job. Sends one paid request. */
  start(request: GenerateRequest, options?: CallOptions): Promise<Started<GenerationStatus>>
  /** Reads the truth from the vendor. */
  status(handle: JobHandle, options?: CallOptions): Promise<GenerationStatus>
  /** How to poll this job. */
  pace(handle: JobHandle): Pace
  /**
   * Looks for a job whose submit got no answer. `undefined`: the vendor answered, and has none.
   */
  find(request: GenerateRequest, options: FindOptions): Promise<JobHandle | undefined>
  cancel(handle: JobHandle, options?: CallOptions): Promise<CancelOutcome>
  /** Deletes the pictures at the vendor. */
  remove(handle: JobHandle, options?: CallOptions): Promise<void>
  list(options?: PageOptions & { readonly model?: FineTunedModel | undefined }): Promise<Page<GenerationListItem>>
  /** Reads a picture: private addresses are refused, size and redirects are limited, no key is sent. */
  download(image: ImageResult, options?: CallOptions): Promise<Download>
}
