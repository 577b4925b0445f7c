import {
  type GenerationListItem,
  type GenerationStatus,
  type ImageFailure,
  type ImageResult,
  type JobHandle,
  type JsonObject,
  LikenessError,
  type Pace,
} from '@likeness/core'
import { retentionMs } from './capabilities.js'
import { costOfJob } from './prices.js'
import type { Prompt } from './responses.js'

const second = 1000

/** Astria's own clients poll prompts every 2 to 10 seconds (2026-09). */
const minimumPollMs = 2 * second

/** What reading a prompt needs of its handle. */
type Job = Pick<JobHandle, 'n' | 'data' | 'estimate'>

/** Pictures are kept 30 days; those of a checkpoint's own prompts go with the checkpoint. */
function keptUntil(prompt: Prompt, data: JsonObject): string | undefined {
  const own = prompt.trained_at ?? prompt.created_at
  const dates = [typeof data.keptUntil === 'string' ? Date.parse(data.keptUntil) : Number.POSITIVE_INFINITY]
  if (typeof own === 'string') dates.push(Date.parse(own) + retentionMs)
  const first = Math.min(...dates)
  return Number.isFinite(first) ? new Date(first).toISOString() : undefined
}

/**
 * The pictures, in the order that Astria gives: it is not the order of the seeds, so that only a single picture's seed
 * is known. URLs have no extension.
 */
function imagesOf(prompt: Prompt, data: JsonObject): ImageResult[] {
  const urls = prompt.images ?? []
  const expiresAt = keptUntil(prompt, data)
  return urls.map((url, index) => {
    const mediaType = prompt.content_types?.[index]
    return {
      url,
      expiresAt,
      ...(typeof mediaType === 'string' ? { mediaType } : {}),
      ...(urls.length === 1 && typeof prompt.seed === 'number' ? { seed: prompt.seed } : {}),
    }
  })
}

function failure(provider: string, prompt: Prompt, message: string): LikenessError {
  return new LikenessError({
    kind: 'job-failed',
    message: `${provider}: prompt ${prompt.id}: ${message}`,
    provider,
    // Whether a failed prompt is charged is not documented.
    billed: 'maybe',
  })
}

function missing(provider: string, prompt: Prompt, expected: number, came: number): ImageFailure[] {
  const why = prompt.user_error || 'this picture did not come'
  return Array.from({ length: Math.max(0, expected - came) }, () => ({ error: failure(provider, prompt, why) }))
}

function metadataOf(prompt: Prompt): JsonObject {
  return {
    promptId: prompt.id,
    tuneId: prompt.tune_id ?? undefined,
    text: prompt.text ?? undefined,
    seed: prompt.seed ?? undefined,
    userError: prompt.user_error || undefined,
  }
}

function progressOf({ progress_timing_seconds: all, progress_elapsed_seconds: elapsed }: Prompt) {
  if (typeof all !== 'number' || typeof elapsed !== 'number' || all <= 0) return {}
  return { progress: Math.min(1, elapsed / all), etaMs: Math.max(0, (all - elapsed) * second) }
}

/**
 * Where a prompt stands. There is no status field: a failed prompt gets `trained_at` as well, with `user_error` or
 * without pictures. `started_training_at` may be later than `trained_at` (seen on prompts that ran twice), so the two
 * are never compared. Pictures that came are kept even beside a `user_error`.
 * https://docs.astria.ai/docs/api/prompt/prompt (2026-08-21)
 */
export function generationStatus(provider: string, prompt: Prompt, handle: Job): GenerationStatus {
  const images = imagesOf(prompt, handle.data)
  const cost = costOfJob(handle, prompt.cost_mc, 'pictures')
  if (images.length > 0) {
    const failures = missing(provider, prompt, handle.n ?? images.length, images.length)
    return { state: 'succeeded', images, failures, cost, metadata: metadataOf(prompt) }
  }
  const done = typeof prompt.trained_at === 'string'
  if (prompt.user_error || done) {
    const words = prompt.user_error || 'ended without a picture'
    // A failed prompt still names its price; that it is charged, no page says. A price of nothing is sure.
    const free = prompt.cost_mc === 0 ? { cost } : {}
    return { state: 'failed', error: failure(provider, prompt, words), ...free }
  }
  return { state: typeof prompt.started_training_at === 'string' ? 'running' : 'queued', ...progressOf(prompt) }
}

/** How to poll a prompt. Seen with Flux: 1 picture 15 to 70 s, 4 pictures 108 to 164 s (2024-10). */
export function generatePace(handle: JobHandle, minimumMs = minimumPollMs): Pace {
  const mock = handle.data.mock === true
  const n = handle.n ?? 1
  return {
    key: `${handle.provider}:generation:${mock ? 'mock' : n}`,
    minimumMs,
    maximumMs: Math.max(minimumMs, 10 * second),
    expectedMs: mock ? 10 * second : 35 * second * n,
    // A prompt waits for its tune to be trained.
    deadlineMs: 3600 * second,
  }
}

/** One entry of the list of prompts. */
export function promptItemOf(provider: string, prompt: Prompt): GenerationListItem {
  const job: Job = { data: {} }
  return {
    id: prompt.id,
    prompt: prompt.text ?? undefined,
    state: generationStatus(provider, prompt, job).state,
    createdAt: prompt.created_at ?? undefined,
    images: imagesOf(prompt, job.data),
  }
}
