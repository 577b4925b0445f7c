import { isCutShort, mediaTypeOf, parseReply, type Reply } from '@likeness/adapter-kit'
import {
  type Cost,
  costOf,
  type Failed,
  type GenerationStatus,
  type GenerationSucceeded,
  type ImageResult,
  type JobHandle,
  LikenessError,
  nanoUSD,
  type UnsuccessfulStatus,
} from '@likeness/core'
import { errorText, failureKind, fieldsNamedIn } from './errors.js'
import { encodedPictureSchema, type GenerationResultReply, type GenerationStatusReply } from './responses.js'

/** Output files are public and kept this long (docs.segmind.com as of 2026-08). */
const outputRetentionMs = 7 * 24 * 60 * 60 * 1000

/** What the vendor says it charged; a missing figure stays unknown. */
function reportedCost(dollars: number | null | undefined): Cost | undefined {
  if (dollars === null || dollars === undefined || !Number.isFinite(dollars) || dollars < 0) return undefined
  return costOf('vendor-response', [{ label: 'generation', quantity: 1, unit: 'run', amount: nanoUSD(dollars) }])
}

/** `providerMetadata` of a result: the balance that the vendor tells beside the price, in credits of 1 USD. */
function creditsLeft(credits: number | null | undefined): Pick<GenerationSucceeded, 'metadata'> {
  return credits === null || credits === undefined ? {} : { metadata: { remainingCredits: credits } }
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

/**
 * Where a v2 job stands; `completed` means that its result may be read. Unknown names mean it still runs. A failed job
 * is served as HTTP 422.
 */
export function generationState(
  reply: GenerationStatusReply,
  handle: JobHandle,
  httpStatus = 200,
): UnsuccessfulStatus | 'completed' {
  if (httpStatus === 422) return failed(reply, handle)
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

function pictures({
  images,
  output,
}: GenerationResultReply): { url: string; content_type?: string | null | undefined }[] {
  if (images && images.length > 0) return images
  const all = output === null || output === undefined ? [] : [output].flat()
  return all.filter((one) => one !== '').map((one) => (typeof one === 'string' ? { url: one } : one))
}

/** The vendor's answer for a job as a status. */
export function generationStatus(reply: GenerationResultReply, handle: JobHandle, httpStatus = 200): GenerationStatus {
  const state = generationState(reply, handle, httpStatus)
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
  const credits = creditsLeft(reply.metrics?.remaining_credits)
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
  return { state: 'succeeded', images, failures: Array.from({ length: missing }, () => ({ error })), cost, ...credits }
}

function header(reply: Reply, name: string): number | undefined {
  const text = reply.headers[name]?.trim()
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}

/**
 * The result of a v1 call, whose answer is the picture: raw bytes, or JSON with base64 in it. The content type decides,
 * never what was asked for. A picture that was cut short is a failure that was paid for.
 *
 * @throws LikenessError `outcome-unknown` when the answer holds no picture
 */
export function synchronousResult(reply: Reply, provider: string): GenerationSucceeded | Failed {
  const said = reply.headers['content-type']
  const bytes =
    reply.body instanceof Uint8Array
      ? reply.body
      : Buffer.from(
          parseReply(encodedPictureSchema, reply, { provider, operation: 'generation.submit', paid: true }).image,
          'base64',
        )
  const mediaType = mediaTypeOf(reply.body instanceof Uint8Array ? said : undefined, bytes)
  const url = `data:${mediaType ?? 'application/octet-stream'};base64,${Buffer.from(bytes).toString('base64')}`
  const seed = header(reply, 'x-seed-value')
  const image = { url, mediaType, seed }
  const cost = reportedCost(header(reply, 'x-cost'))
  if (isCutShort(bytes)) {
    const error = new LikenessError({
      kind: 'invalid-response',
      message: 'Segmind made the picture, but it arrived cut short, and v1 keeps none that could be read again.',
      provider,
      operation: 'generation.submit',
      requestId: reply.headers['x-request-id'],
      billed: 'yes',
    })
    return { state: 'failed', error, cost }
  }
  return {
    state: 'succeeded',
    images: [image],
    failures: [],
    cost,
    ...creditsLeft(header(reply, 'x-remaining-credits')),
  }
}
