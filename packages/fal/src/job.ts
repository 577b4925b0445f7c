import { createRedactor, type ParseContext, parseReply, type Reply } from '@likeness/adapter-kit'
import {
  type CallOptions,
  type CancelOutcome,
  type Failed,
  type JobHandle,
  type JsonObject,
  LikenessError,
  type UnsuccessfulStatus,
} from '@likeness/core'
import { billedOf, describeFailure, isModelError, isStillInProgress, modelErrorTypes } from './errors.js'
import { endpointPattern } from './generate-request.js'
import { costOfUnits } from './prices.js'
import { type FalQueue, keptURLs, type QueuedJob, type Submission } from './queue.js'
import { type StatusReply, type SubmitReply, statusReplySchema, submitReplySchema } from './responses.js'
import type { FalSettings } from './settings.js'

/** What an answer to a submit is kept as. Everything that status and cancel need, and no secret. */
export function jobData(queueURL: string, submission: Submission, reply: SubmitReply): JsonObject {
  const urls = keptURLs(
    queueURL,
    { endpoint: submission.endpoint, id: reply.request_id },
    { status: reply.status_url, response: reply.response_url, cancel: reply.cancel_url },
  )
  return {
    endpoint: submission.endpoint,
    ...(urls === undefined ? {} : { urls: { ...urls } }),
    ...(submission.options.logs === true ? { logs: true } : {}),
    ...(submission.options.objectLifecycle?.expirationSeconds === undefined
      ? {}
      : { expirationSeconds: submission.options.objectLifecycle.expirationSeconds }),
  }
}

/** @throws LikenessError `outcome-unknown` where fal took the job and its answer holds no id */
export function readSubmit(reply: Reply, provider: string, operation: string): SubmitReply {
  return parseReply(submitReplySchema, reply, { provider, operation, paid: true })
}

function textAt(data: JsonObject, name: string): string | undefined {
  const value = data[name]
  return typeof value === 'string' ? value : undefined
}

/** The job of a handle. @throws LikenessError `invalid-request` where the handle is not one of this provider's */
export function queuedJob(handle: JobHandle): QueuedJob {
  const endpoint = textAt(handle.data, 'endpoint')
  if (endpoint === undefined || !endpointPattern.test(endpoint)) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The handle ${handle.id} does not come from this adapter: data.endpoint is missing.`,
      provider: handle.provider,
      fields: [{ field: 'handle.data.endpoint', message: 'must be an endpoint id' }],
    })
  }
  const given = handle.data.urls
  const urls = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as JsonObject) : undefined
  return {
    kind: handle.kind,
    endpoint,
    id: handle.id,
    logs: handle.data.logs === true,
    urls:
      urls === undefined
        ? undefined
        : { status: textAt(urls, 'status'), response: textAt(urls, 'response'), cancel: textAt(urls, 'cancel') },
  }
}

/** ISO 8601: until when files of the job are kept at least, where the caller set a lifecycle. */
export function expiryOf(handle: JobHandle): string | undefined {
  const seconds = handle.data.expirationSeconds
  if (typeof seconds !== 'number') return undefined
  return new Date(Date.parse(handle.startedAt) + seconds * 1000).toISOString()
}

/** fal's word for a request or application that it does not have. */
function unknownApplication(reply: Reply): boolean {
  const detail: unknown = typeof reply.body === 'object' && reply.body !== null ? Reflect.get(reply.body, 'detail') : ''
  return typeof reply.body !== 'object' || (typeof detail === 'string' && /^(?:Application|Path) /.test(detail))
}

function failureOf(handle: JobHandle, reply: Reply, settings: FalSettings, known?: Failed['error']): Failed {
  const { text } = createRedactor()
  const described = describeFailure(reply)
  const { provider } = handle
  const operation = `${handle.kind}.status`
  const message = text(described.message ?? known?.message ?? 'the job failed')
  return {
    state: 'failed',
    error: new LikenessError({
      ...described,
      kind: described.kind ?? known?.kind ?? 'job-failed',
      code: described.code ?? known?.code,
      fields: described.fields?.map((field) => ({ ...field, message: text(field.message) })),
      message: `${provider}: ${message}`,
      billed: billedOf(reply),
      provider,
      operation,
      requestId: described.requestId ?? handle.id,
      status: reply.status,
    }),
    cost: costOfUnits(settings, queuedJob(handle).endpoint, reply.headers),
  }
}

/** The failure that a COMPLETED status tells; `undefined` where it tells of none. */
function failureTold(status: StatusReply): Reply | undefined {
  const { error, error_type } = status
  const words = typeof error === 'string' ? error : error === null || error === undefined ? '' : JSON.stringify(error)
  if (words === '' && (error_type === null || error_type === undefined)) return undefined
  return { status: 200, headers: {}, body: { detail: words, error_type } }
}

function notFound(handle: JobHandle, reply: Reply): LikenessError {
  const { provider } = handle
  return new LikenessError({
    kind: 'not-found',
    message: `${provider}: ${createRedactor().text(describeFailure(reply).message ?? 'no such address')} (HTTP ${reply.status})`,
    provider,
    operation: `${handle.kind}.status`,
    status: reply.status,
    hint: 'Check the endpoint of the handle and the configured queueURL.',
  })
}

function progressOf({ logs }: StatusReply): { message?: string; progress?: number } {
  const message = logs?.at(-1)?.message ?? undefined
  if (message === undefined) return {}
  // The progress bar of Python's tqdm, which trainers print.
  const percent = /(\d{1,3})%\|/.exec(message)?.[1]
  return { message, ...(percent === undefined ? {} : { progress: Math.min(1, Number(percent) / 100) }) }
}

/** How a job is read. */
export interface JobReader<Success> {
  readonly queue: FalQueue
  readonly settings: FalSettings
  /** The status that an answer with a result means. */
  readonly succeeded: (handle: JobHandle, reply: Reply) => Success | Failed
}

/**
 * Where a job stands. COMPLETED says only that it ended: failures hide in its `error` and `error_type`, or, for errors
 * of the model, in the result alone, which replays the model's own status. Success is claimed after reading both.
 */
export async function readJob<Success>(
  { queue, settings, succeeded }: JobReader<Success>,
  handle: JobHandle,
  options?: CallOptions,
): Promise<Success | UnsuccessfulStatus> {
  const job = queuedJob(handle)
  const reply = await queue.status(job, options)
  if (reply.status === 404) {
    if (unknownApplication(reply)) throw notFound(handle, reply)
    return { state: 'expired' }
  }
  const context: ParseContext = { provider: handle.provider, operation: `${handle.kind}.status` }
  const status = parseReply(statusReplySchema, reply, context)
  switch (status.status) {
    case 'IN_QUEUE': {
      const { queue_position: position } = status
      return { state: 'queued', ...(typeof position === 'number' ? { position } : {}), ...progressOf(status) }
    }
    case 'IN_PROGRESS':
      return { state: 'running', ...progressOf(status) }
    case 'COMPLETED':
      break
    default:
      // No other name is documented; a new one is not an end that we would understand.
      return { state: 'running', message: status.status }
  }
  if (status.error_type === 'client_cancelled') return { state: 'canceled' }
  const told = failureTold(status)
  const known = told === undefined ? undefined : failureOf(handle, told, settings)
  const result = await readResult(queue, job, handle, known, options)
  if ('state' in result) return result
  if (result.status >= 200 && result.status < 300) return known ?? succeeded(handle, result)
  if (isStillInProgress(result.body)) return { state: 'running' }
  if (result.status === 499) return { state: 'canceled' }
  if (result.status === 404 || result.status === 410) {
    if (known !== undefined) return known
    if (unknownApplication(result)) throw notFound(handle, result)
    return { state: 'expired' }
  }
  return failureOf(handle, result, settings, known?.error)
}

/**
 * The result's answer. A 5xx is sent again by the transport, since it may be fal's own trouble; one that stays and is
 * worded by the model is the job's end.
 */
async function readResult(
  queue: FalQueue,
  job: QueuedJob,
  handle: JobHandle,
  known: Failed | undefined,
  options: CallOptions | undefined,
): Promise<Reply | Failed | { state: 'running' }> {
  try {
    const reply = await queue.result(job, known !== undefined, options)
    if (known === undefined || reply.status < 500 || isModelError(reply.body)) return reply
    // The same failure with its headers, or trouble on the way to it.
    const { code } = describeFailure(reply)
    return code !== undefined && code === known.error.code ? reply : known
  } catch (error) {
    if (!LikenessError.is(error) || error.status === undefined || error.status < 500) throw error
    if (/request is still in progress/i.test(error.message)) return { state: 'running' }
    if (error.code === undefined || !Object.hasOwn(modelErrorTypes, error.code)) throw error
    // Seen on fal's pages: failures with a 5xx are not billed.
    return { state: 'failed', error: error.with({ provider: handle.provider, billed: 'no' }) }
  }
}

/** Asks fal to stop a job. @see https://docs.fal.ai (Asynchronous Inference, cancel), 2026 */
export async function cancelJob(queue: FalQueue, handle: JobHandle, options?: CallOptions): Promise<CancelOutcome> {
  const reply = await queue.cancel(queuedJob(handle), options)
  const said: unknown = typeof reply.body === 'object' && reply.body !== null ? Reflect.get(reply.body, 'status') : ''
  if (reply.status === 404) {
    if (unknownApplication(reply)) throw notFound(handle, reply)
    // A request that fal no longer knows has ended.
    return 'finished'
  }
  if (reply.status === 400) {
    if (said === 'ALREADY_COMPLETED') return 'finished'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${handle.provider}: ${createRedactor().text(describeFailure(reply).message ?? 'the cancel was refused')}`,
      provider: handle.provider,
      operation: `${handle.kind}.cancel`,
      status: 400,
    })
  }
  // 202 CANCELLATION_REQUESTED: the job may still finish and be billed. 200 is documented on fal's newest page for a
  // job that was taken out of the queue.
  return reply.status === 200 ? 'canceled' : 'requested'
}
