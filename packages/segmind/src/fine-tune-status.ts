import { isoDate } from '@likeness/adapter-kit'
import {
  costOf,
  type FineTunedModel,
  type FineTuneStatus,
  type JobHandle,
  LikenessError,
  type Subject,
  type Weights,
} from '@likeness/core'
import { failureKind } from './errors.js'
import { defaultTrigger, type SegmindBaseModel, type TrainingFacts, trainings } from './facts/trainings.js'
import type { FineTuneRecord } from './responses.js'

/**
 * State for each of the vendor's names. The two published webhook lists differ (`INFERENCE_QUEUED`, `DEPLOYING`), so
 * both are known. Trained is not usable: only `AVAILABLE` is. Every other name means it still runs.
 */
export function fineTuneState(status: string | null | undefined): FineTuneStatus['state'] {
  switch (status?.toUpperCase()) {
    case 'REQUESTED':
    case 'QUEUED':
      return 'queued'
    case 'TRAINING_COMPLETED':
    case 'INFERENCE_QUEUED':
    case 'DEPLOYING':
      return 'deploying'
    case 'AVAILABLE':
      return 'succeeded'
    case 'FAILED':
      return 'failed'
    default:
      return 'running'
  }
}

/** What a fine-tune's handle keeps beside the id. */
export interface FineTuneHandleData {
  readonly baseModel: SegmindBaseModel
  readonly trigger: string
  /** Of the LoRA, where it is known. */
  readonly rank?: number | undefined
}

/** The vendor's `base_model`, where we know it. */
export function readBaseModel(name: unknown): SegmindBaseModel | undefined {
  return (Object.keys(trainings) as SegmindBaseModel[]).find((known) => known === name)
}

/** How a model is called: its `slug`, else the last path segment of `inference_api_url` (named in webhook prose only). */
export function slugOf({ slug, inference_api_url: url }: FineTuneRecord): string | undefined {
  if (slug) return slug
  return url && URL.canParse(url) ? new URL(url).pathname.split('/').filter(Boolean).at(-1) : undefined
}

function weightsOf({ base, licence }: TrainingFacts, url: string, rank: number | undefined): Weights {
  return {
    url,
    access: 'vendor',
    format: 'diffusers-lora',
    base,
    ...(rank !== undefined && { rank }),
    ...(licence && { licence }),
  }
}

/** The model of a record that is `AVAILABLE`. */
export function fineTunedModel(
  record: FineTuneRecord,
  about: { provider: string; id: string; subject: Subject; createdAt: string } & FineTuneHandleData,
): FineTunedModel {
  const baseModel = readBaseModel(record.base_model) ?? about.baseModel
  const training = trainings[baseModel]
  const slug = slugOf(record)
  const weightsURL = record.cloud_storage_url ?? record.trained_model_url
  return {
    provider: about.provider,
    id: about.id,
    base: training.base,
    subject: about.subject,
    trigger: about.trigger,
    createdAt: isoDate(record.created_ts) ?? about.createdAt,
    ...(training.weights && weightsURL && { weights: weightsOf(training, weightsURL, about.rank) }),
    data: {
      baseModel,
      ...(slug && { slug }),
      ...(typeof record.public_model === 'boolean' && { public: record.public_model }),
    },
  }
}

function subjectOf({ subject, provider, id }: JobHandle): Subject {
  if (subject !== undefined) return subject
  throw new LikenessError({
    kind: 'invalid-request',
    message: `The handle of fine-tune ${id} names no subject.`,
    provider,
    fields: [{ field: 'handle.subject', message: 'is missing' }],
    hint: 'Keep handles as they were: JSON, whole.',
  })
}

/**
 * The vendor's truth about a training.
 *
 * @throws LikenessError `invalid-request` for a handle that does not say what was trained
 */
export function fineTuneStatus(record: FineTuneRecord, handle: JobHandle): FineTuneStatus {
  const state = fineTuneState(record.status)
  const message = record.status ?? undefined
  switch (state) {
    case 'succeeded': {
      // Segmind does not tell what a training cost: the price table's figure, where there is one.
      const cost = handle.estimate && costOf('price-table', handle.estimate.lines)
      const model = fineTunedModel(record, {
        provider: handle.provider,
        id: handle.id,
        subject: subjectOf(handle),
        createdAt: handle.startedAt,
        baseModel: readBaseModel(handle.data.baseModel) ?? 'FLUX_PRO',
        trigger: typeof handle.data.trigger === 'string' ? handle.data.trigger : defaultTrigger,
        rank: typeof handle.data.rank === 'number' ? handle.data.rank : undefined,
      })
      return cost ? { state, model: { ...model, cost }, cost } : { state, model }
    }
    case 'failed': {
      const reason = record.error_message || 'no reason given'
      const error = new LikenessError({
        kind: failureKind(reason),
        message: `The training failed: ${reason}`,
        provider: handle.provider,
        operation: 'fine-tune.status',
        code: record.status ?? undefined,
        requestId: handle.id,
        billed: 'maybe',
      })
      return { state, error }
    }
    case 'queued':
    case 'running':
    case 'deploying':
      return { state, message }
    case 'canceled':
    case 'expired':
      // Not a state of Segmind's trainings; `fineTuneState` never yields them.
      return { state }
    default:
      return state satisfies never
  }
}
