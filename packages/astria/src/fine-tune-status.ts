import {
  type FineTunedModel,
  type FineTuneListItem,
  type FineTuneStatus,
  type JobHandle,
  type JsonObject,
  LikenessError,
  type Pace,
  type Subject,
} from '@likeness/core'
import { fluxTuneId, galleryBases, retentionMs } from './capabilities.js'
import { costOfJob } from './prices.js'
import type { Tune } from './responses.js'

const minute = 60_000
const hour = 60 * minute

/** Seen: Flux portrait trained in 4.5 to 10 minutes (2025-06), with an ETA 10 minutes after creation; mocks in 4. */
const expectedMs = { live: 10 * minute, mock: 4 * minute } as const

/** Fastest that tunes are polled; Astria asks for callbacks instead of polling, and names no figure. */
const minimumPollMs = 10_000

/** What reading a tune needs of its handle. */
type Job = Pick<JobHandle, 'startedAt' | 'data' | 'subject' | 'estimate'>

/** How a tune is applied to a prompt. */
export type TuneKind = 'lora' | 'faceid' | 'checkpoint' | 'mock'

function kindOf(tune: Tune, data: JsonObject): TuneKind {
  if (data.mock === true || tune.branch === 'fast') return 'mock'
  const modelType = tune.model_type === undefined ? data.model_type : tune.model_type
  if (modelType === 'faceid') return 'faceid'
  return modelType === null ? 'checkpoint' : 'lora'
}

const baseOfBranch: Readonly<Record<string, number>> = { flux1: fluxTuneId, sdxl1: 666678, sd15: 690204 }

function baseTuneOf(tune: Tune, data: JsonObject): number {
  if (typeof tune.base_tune_id === 'number') return tune.base_tune_id
  if (typeof data.base_tune_id === 'number') return data.base_tune_id
  return baseOfBranch[tune.branch ?? ''] ?? fluxTuneId
}

/** What a prompt needs: the token that was trained. Documented: ohwx for SDXL and Flux, sks for SD15; FaceID has none. */
function triggerOf(tune: Tune, data: JsonObject, kind: TuneKind): string | undefined {
  if (typeof tune.token === 'string' && tune.token !== '') return tune.token
  if (typeof data.token === 'string') return data.token
  if (kind === 'faceid') return undefined
  return tune.branch === 'sd15' || tune.branch === 'fast' ? 'sks' : 'ohwx'
}

function after(date: string | null | undefined, ms: number): string | undefined {
  return date === null || date === undefined ? undefined : new Date(Date.parse(date) + ms).toISOString()
}

/** The model that a trained tune is. */
export function modelOf(provider: string, tune: Tune, subject: Subject, handle?: Job): FineTunedModel {
  const data = handle?.data ?? {}
  const kind = kindOf(tune, data)
  const baseTuneId = baseTuneOf(tune, data)
  const cost = costOfJob(handle, tune.cost_mc, 'training')
  const trigger = triggerOf(tune, data, kind)
  // Seen: expires_at is trained_at and 30 days, to the millisecond; later once it was extended.
  const expiresAt = tune.expires_at ?? after(tune.trained_at, retentionMs)
  return {
    provider,
    id: tune.id,
    base: kind === 'mock' ? 'flux-1-dev' : (galleryBases[baseTuneId] ?? `astria-${baseTuneId}`),
    subject,
    createdAt: tune.trained_at ?? tune.created_at ?? handle?.startedAt ?? new Date(0).toISOString(),
    data: kind === 'mock' ? { kind } : { kind, baseTuneId },
    ...(trigger === undefined ? {} : { trigger }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(kind === 'mock' ? { mock: true } : {}),
    ...(cost === undefined ? {} : { cost }),
  }
}

function expectedOf(handle: Job): number {
  const { eta, mock } = handle.data
  const announced = typeof eta === 'string' ? Date.parse(eta) - Date.parse(handle.startedAt) : Number.NaN
  return announced > 0 ? announced : expectedMs[mock === true ? 'mock' : 'live']
}

/**
 * How much later than announced a training may end. A failed training shows in no public field and calls nobody, so
 * that one which is long overdue is taken for failed: an assumption, with room for Astria's own retries.
 */
function graceMs(expected: number): number {
  return Math.max(2 * hour, 3 * expected)
}

function overdueSince(tune: Tune, handle: Job): number {
  const created = Date.parse(tune.created_at ?? handle.startedAt)
  const eta = Date.parse(tune.eta ?? '')
  const expected = eta > created ? eta - created : expectedOf(handle)
  return created + expected + graceMs(expected)
}

/** Whether a tune is trained, or so late that it is taken for failed. */
export function tuneState(tune: Tune, now: number): 'trained' | 'unfinished' | 'overdue' {
  if (typeof tune.trained_at === 'string') return 'trained'
  const job: Job = { startedAt: tune.created_at ?? new Date(now).toISOString(), data: {} }
  return now > overdueSince(tune, job) ? 'overdue' : 'unfinished'
}

/** Astria tells nobody of a training that failed. */
export function overdueError(provider: string, tune: Tune): LikenessError {
  return new LikenessError({
    kind: 'job-failed',
    message: `${provider}: tune ${tune.id} should have been trained by ${tune.eta ?? 'now'} and is long overdue.`,
    provider,
    billed: 'maybe',
    hint: `Astria does not report failed trainings. Look at https://www.astria.ai/tunes/${tune.id} or ask its support.`,
  })
}

function subjectOf(provider: string, tune: Tune, handle: Job): Subject {
  if (handle.subject !== undefined) return handle.subject
  if (tune.name) return { className: tune.name }
  const message = `missing, and tune ${tune.id} names no class either`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `handle.subject: ${message}.`,
    provider,
    fields: [{ field: 'handle.subject', message }],
    hint: 'Hand over the handle as startFineTune gave it.',
  })
}

function metadataOf(tune: Tune): JsonObject {
  return {
    title: tune.title ?? undefined,
    branch: tune.branch ?? undefined,
    steps: tune.steps ?? undefined,
    promptIds: tune.prompts?.map(({ id }) => id),
  }
}

/**
 * Where a tune stands. There is no status field: `started_training_at` and `trained_at` tell.
 * https://docs.astria.ai/docs/api/tune/ (2026-08-21)
 *
 * @param now - milliseconds since the epoch
 */
export function fineTuneStatus(provider: string, tune: Tune, handle: Job, now: number): FineTuneStatus {
  if (typeof tune.trained_at === 'string') {
    const model = modelOf(provider, tune, subjectOf(provider, tune, handle), handle)
    if (model.expiresAt !== undefined && Date.parse(model.expiresAt) <= now) return { state: 'expired' }
    return { state: 'succeeded', model, cost: model.cost, metadata: metadataOf(tune) }
  }
  if (now > overdueSince(tune, handle)) return { state: 'failed', error: overdueError(provider, tune) }
  const etaMs = typeof tune.eta === 'string' ? Math.max(0, Date.parse(tune.eta) - now) : undefined
  return { state: typeof tune.started_training_at === 'string' ? 'running' : 'queued', etaMs }
}

/** Whether the 30 days that Astria keeps things are over for this job. */
export function isPastRetention(handle: JobHandle, now: number): boolean {
  const { keptUntil } = handle.data
  const until = typeof keptUntil === 'string' ? Date.parse(keptUntil) : Date.parse(handle.startedAt) + retentionMs
  return now >= until
}

/** How to poll a tune. */
export function fineTunePace(handle: JobHandle, minimumMs = minimumPollMs): Pace {
  const expected = expectedOf(handle)
  return {
    key: `${handle.provider}:fine-tune:${handle.data.mock === true ? 'mock' : 'live'}`,
    minimumMs,
    maximumMs: Math.max(minimumMs, minute),
    expectedMs: expected,
    // A little after the status itself says that the training is overdue.
    deadlineMs: expected + graceMs(expected) + 10 * minute,
  }
}

/** One entry of the list of tunes. */
export function listItemOf(provider: string, tune: Tune, now: number): FineTuneListItem {
  const createdAt = tune.created_at ?? undefined
  // A tune without a class is listed, but its model would be of no use in a prompt.
  const job: Job = {
    startedAt: createdAt ?? new Date(now).toISOString(),
    data: {},
    subject: { className: tune.name || '?' },
  }
  const status = fineTuneStatus(provider, tune, job, now)
  const item = { id: tune.id, name: tune.title ?? undefined, state: status.state, createdAt }
  return status.state === 'succeeded' && tune.name ? { ...item, model: status.model } : item
}
