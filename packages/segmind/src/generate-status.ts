import {
  type Cost,
  costOf,
  type Failed,
  type GenerationStatus,
  type ImageResult,
  type JobHandle,
  LikenessError,
  nanoUSD,
  type UnsuccessfulStatus,
} from '@likeness/core'
import { errorText, failureKind, fieldsNamedIn } from './errors.js'
import type { GenerationResultReply, GenerationStatusReply } from './responses.js'

/** Output files are public and kept this long (docs.segmind.com as of 2026-08). */
export const outputRetentionMs = 7 * 24 * 60 * 60 * 1000

/** What the vendor says it charged; a missing figure stays unknown. */
export function reportedCost(dollars: number | null | undefined): Cost | undefined {
  if (dollars === null || dollars === undefined || !Number.isFinite(dollars) || dollars < 0) return undefined
  return costOf('vendor-response', [{ label: 'generation', quantity: 1, unit: 'run', amount: nanoUSD(dollars) }])
}

function failed(reply: { readonly error?: unknown }, handle: JobHandle): Failed {
  const reason = errorText(reply.error) ?? 'no reason given'
  const fields = fieldsNamedIn(reason)
  return {
    state: 'failed',
    error: new LikenessError({
      kind: failureKind(reason),
      message: `The generation failed: ${reason}`,
      provider: handle.provider,
      operation: 'generation.status',
      code: 'FAILED',
      requestId: handle.id,
      ...(fields.length > 0 && { fields }),
      // Segmind charges for completed jobs only.
      billed: 'no',
    }),
  }
}

/** Where a v2 job stands; `completed` means that its result may be read. Unknown names mean it still runs. */
export function generationState(reply: GenerationStatusReply, handle: JobHandle): UnsuccessfulStatus | 'completed' {
  const message = reply.status ?? undefined
  switch (reply.status?.toUpperCase()) {
    case 'COMPLETED':
      return 'completed'
    case 'FAILED':
      return failed(reply, handle)
    case 'QUEUED':
      return { state: 'queued', message }
    default:
      return { state: 'running', message }
  }
}

function pictures({ images, output }: GenerationResultReply): { url: string; content_type?: string | null | undefined }[] {
  if (images && images.length > 0) return images
  const all = output === null || output === undefined ? [] : [output].flat()
  return all.filter((one) => one !== '').map((one) => (typeof one === 'string' ? { url: one } : one))
}

/** The vendor's answer for a job as a status. */
export function generationStatus(reply: GenerationResultReply, handle: JobHandle): GenerationStatus {
  const state = generationState(reply, handle)
  if (state !== 'completed') return state
  const found = pictures(reply)
  const wanted = handle.n ?? 1
  const startedAt = Date.parse(handle.startedAt)
  const images = found.map(
    (picture): ImageResult => ({
      url: picture.url,
      mediaType: picture.content_type ?? undefined,
      seed: found.length === 1 ? (reply.seed ?? undefined) : undefined,
      expiresAt: Number.isNaN(startedAt) ? undefined : new Date(startedAt + outputRetentionMs).toISOString(),
    }),
  )
  const cost = reportedCost(reply.metrics?.cost)
  const missing = Math.max(0, wanted - images.length)
  const error = new LikenessError({
    kind: 'invalid-response',
    message: `Segmind says COMPLETED and gives ${images.length} of ${wanted} pictures.`,
    provider: handle.provider,
    operation: 'generation.result',
    requestId: handle.id,
    billed: cost === undefined ? 'maybe' : 'yes',
  })
  if (images.length === 0) return { state: 'failed', error, cost }
  return { state: 'succeeded', images, failures: Array.from({ length: missing }, () => ({ error })), cost }
}
