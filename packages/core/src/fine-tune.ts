import type { Erasure } from './erasure.js'
import type { Download } from './generate.js'
import type { ImageFile } from './images/image-file.js'
import type { CallOptions, CancelOutcome, FindOptions, JobHandle, Pace, Started, UnsuccessfulStatus } from './job.js'
import type { JsonObject } from './json.js'
import type { FineTunedModel, ModelReference, Weights } from './model.js'
import type { Cost, Estimate } from './money.js'
import type { RequestPreview } from './preview.js'
import type { Finished, RunContext } from './run.js'
import type { FineTuneParameters } from './schemas/fine-tune-request.js'
import type { Warning } from './warning.js'

/** A fine-tune as an adapter receives it: validated, its images opened, its key made. */
export interface FineTuneRequest extends Omit<FineTuneParameters, 'images' | 'idempotencyKey'> {
  readonly images: readonly ImageFile[]
  /** One logical request has one key, however often it is sent. */
  readonly idempotencyKey: string
}

/** The model is ready to use. */
export interface FineTuneSucceeded {
  readonly state: 'succeeded'
  readonly model: FineTunedModel
  readonly cost?: Cost | undefined
  /** What the vendor said beyond the neutral fields. */
  readonly metadata?: JsonObject | undefined
}

/** Where a fine-tune stands. */
export type FineTuneStatus = UnsuccessfulStatus | FineTuneSucceeded

/** One entry of a vendor's list of trainings. */
export interface FineTuneListItem {
  readonly id: string
  readonly name?: string | undefined
  readonly state: FineTuneStatus['state']
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  readonly model?: FineTunedModel | undefined
}

/** One page of a list; `next` is the cursor of the following page, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string | undefined
}

/** Which page to read. */
export interface PageOptions extends CallOptions {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/**
 * Training at one provider. Methods that `capabilities.fineTune` denies throw `unsupported` and send nothing.
 * All methods throw {@link LikenessError} only.
 */
export interface FineTune {
  /** What it will cost, offline. `undefined` where no price is known. */
  estimate(request: FineTuneRequest): Estimate | undefined
  /**
   * Checks `providerOptions` and everything else this provider would refuse, offline. `start` does the same first.
   *
   * @returns the warnings that `start` would give
   * @throws LikenessError `invalid-request` or `unsupported`
   */
  validate(request: FineTuneRequest): Promise<readonly Warning[]>
  /** The request that `start` would send, offline. Throws what {@link FineTune.validate} throws. */
  preview(request: FineTuneRequest): Promise<RequestPreview>
  /** See {@link Generate.run}. */
  run?(request: FineTuneRequest, context: RunContext): Promise<Finished<FineTuneStatus>>
  /** Uploads the images and submits the job. Sends one paid request. */
  start(request: FineTuneRequest, options?: CallOptions): Promise<Started<FineTuneStatus>>
  /** Reads the truth from the vendor. */
  status(handle: JobHandle, options?: CallOptions): Promise<FineTuneStatus>
  /** How to poll this job. */
  pace(handle: JobHandle): Pace
  /**
   * Looks for a job whose submit got no answer. `undefined`: the vendor answered, and has none.
   */
  find(request: FineTuneRequest, options: FindOptions): Promise<JobHandle | undefined>
  cancel(handle: JobHandle, options?: CallOptions): Promise<CancelOutcome>
  /** Deletes the trained model at the vendor. */
  remove(model: FineTunedModel, options?: CallOptions): Promise<void>
  list(options?: PageOptions): Promise<Page<FineTuneListItem>>
  /**
   * The model of something that was trained without Likeness. Reads at the vendor what the reference does not say; free.
   *
   * @throws LikenessError `not-found`, `invalid-request` naming what is missing, `unsupported` for a sort of reference
   * that `capabilities.fineTune.adopts` does not name
   */
  adopt(reference: ModelReference, options?: CallOptions): Promise<FineTunedModel>
  /**
   * Weights with an address that others can read, for a while; where those in the model say `access: 'vendor'`.
   *
   * @throws LikenessError `unsupported` where they cannot leave
   */
  locateWeights?(model: FineTunedModel, options?: CallOptions): Promise<Weights>
  /** Reads the weights of a model that this provider trained. @throws LikenessError `unsupported` where they cannot leave */
  downloadWeights(model: FineTunedModel, options?: CallOptions): Promise<Download>
  /**
   * Deletes what the vendor keeps of a model: itself, its weights, its dataset, its generations. What cannot be deleted
   * is told, not thrown; neither is what fails.
   */
  erase(model: FineTunedModel, options?: CallOptions): Promise<readonly Erasure[]>
}
