import type { StoredFile } from '../core/files.js'
import type { EmulatedJob, InvoiceLine, JobFault } from '../core/types.js'
import type { Model } from './models.js'
import type { TrainingRequest } from './training-request.js'

/** The order of the walk is assumed from two lists that disagree (docs.segmind.com, webhooks and fine-tuning pages). */
export type FineTuneStatus =
  | 'REQUESTED'
  | 'DATA_PROCESSING'
  | 'TRAINING_INITIATED'
  | 'TRAINING_COMPLETED'
  | 'INFERENCE_QUEUED'
  | 'DEPLOYING'
  | 'AVAILABLE'
  | 'FAILED'

/** Times are ms since the epoch. */
export interface FineTune extends EmulatedJob {
  readonly kind: 'fine-tune'
  state: FineTuneStatus
  readonly request: TrainingRequest
  readonly slug: string
  isPublic: boolean
  updatedAt: number
  /** Photographs of the dataset, once it has been read. */
  photos: readonly StoredFile[]
  /** Storage key, for trainings whose weights can be had. */
  weightsKey: string | undefined
  isGone: boolean
}

export interface Generation extends EmulatedJob {
  readonly kind: 'generation'
  state: 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED'
  /** Undefined when the body was invalid: v2 takes it and fails later. */
  readonly plan: PicturePlan | undefined
  readonly fault: JobFault | undefined
  readonly lines: readonly InvoiceLine[]
  startedAt: number | undefined
  fileIds: readonly string[]
  isGone: boolean
}

/** A checked request for pictures. */
export interface PicturePlan {
  readonly model: Model
  readonly prompt: string
  readonly seed: number
  readonly width: number
  readonly height: number
  readonly format: 'jpeg' | 'png' | 'webp'
  readonly samples: number
  readonly asBase64: boolean
  readonly fineTune: FineTune | undefined
  readonly strength: number
}
