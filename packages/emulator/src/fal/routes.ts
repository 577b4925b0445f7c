import { json } from '../core/responses.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import type { FalJob } from './entities.js'
import { requestUrls, resultResponse, statusBody } from './entities.js'
import { concurrencyLimit, locked, unknownRequest } from './errors.js'
import type { FalFiles } from './files.js'
import { isRecord } from './input.js'
import { appOf } from './models.js'
import type { Queue } from './queue.js'
import type { FalSettings } from './settings.js'
import { statusStream } from './status-stream.js'
import { toWork } from './work.js'

export interface QueueAddress {
  readonly endpointId: string
  /** Absent on a submit. */
  readonly requestId?: string
  readonly action: 'submit' | 'result' | 'status' | 'status-stream' | 'cancel'
}

/** Reads `{endpoint id}[/requests/{id}[/status[/stream]|/cancel|/response]]`, app-only or with the full id. */
export function parseQueuePath(path: string): QueueAddress {
  const match = /^(.+?)\/requests\/([^/]+)(?:\/(status\/stream|status|cancel|response))?\/?$/.exec(path)
  const [, endpointId, requestId, suffix] = match ?? []
  if (endpointId === undefined || requestId === undefined)
    return { endpointId: path.replace(/\/$/, ''), action: 'submit' }
  const action =
    suffix === 'status' || suffix === 'cancel' ? suffix : suffix === 'status/stream' ? 'status-stream' : 'result'
  return { endpointId, requestId, action }
}

/** queue.fal.run */
export async function handleQueue(
  request: ReceivedRequest,
  path: string,
  queue: Queue,
  context: VendorContext<FalSettings>,
  files: FalFiles,
): Promise<Response> {
  const address = parseQueuePath(path)
  if (address.requestId === undefined) return submit(request, address.endpointId, queue, context, files)
  const job = findJob(address, context)
  if (job === undefined) return unknownRequest()
  const logs = /^(1|true)$/i.test(request.query.get('logs') ?? '')
  const status = () =>
    statusBody(job, {
      origin: context.origin(),
      position: queue.position(job),
      logs,
      errors: context.settings.errorsInStatus,
    })
  const allowed = address.action === 'cancel' ? 'PUT' : 'GET'
  if (request.method !== allowed) return json({ detail: 'Method Not Allowed' }, 405, { allow: allowed })
  switch (address.action) {
    case 'status':
      return json(status(), job.state === 'COMPLETED' ? 200 : 202, { 'x-fal-request-id': job.id })
    case 'status-stream':
      return statusStream(job, status, context.clock, request.signal)
    case 'cancel':
      return (await queue.cancel(job)) === 'requested'
        ? json({ status: 'CANCELLATION_REQUESTED' }, 202)
        : json({ status: 'ALREADY_COMPLETED' }, 400)
    case 'result':
    case 'submit':
      // The code of an early result is not documented; most reports say 400.
      if (job.state !== 'COMPLETED')
        return json({ detail: 'Request is still in progress' }, 400, { 'x-fal-request-id': job.id })
      return resultResponse(job)
    default:
      return address.action satisfies never
  }
}

function findJob({ endpointId, requestId }: QueueAddress, context: VendorContext<FalSettings>): FalJob | undefined {
  const job = context.jobs.get(requestId ?? '')
  if (job === undefined || !isFalJob(job) || job.expired) return undefined
  return appOf(job.model) === appOf(endpointId) ? job : undefined
}

export function isFalJob(job: object): job is FalJob {
  return 'gatewayRequestId' in job
}

function submit(
  request: ReceivedRequest,
  endpointId: string,
  queue: Queue,
  context: VendorContext<FalSettings>,
  files: FalFiles,
): Response {
  if (request.method !== 'POST') return json({ detail: 'Method Not Allowed' }, 405, { allow: 'POST' })
  if (isLocked(context)) return locked()
  const work = toWork(endpointId, request.body, context, files)
  if (work instanceof Response) return work
  const longest = request.query.get('fal_max_queue_length')
  if (longest !== null && queue.waiting >= Number(longest)) return concurrencyLimit()
  const options = readOptions(request)
  if (options instanceof Response) return options
  const job = queue.submit(work, options)
  request.accept(job.id)
  const body = {
    status: job.state,
    request_id: job.id,
    ...requestUrls(context.origin(), job),
    logs: null,
    metrics: {},
    queue_position: queue.position(job),
  }
  return json(body, 200, { 'x-fal-request-id': job.id })
}

/** fal locks an account that has nothing left; it does not compare prices with the balance. */
export function isLocked(context: VendorContext<FalSettings>): boolean {
  return context.invoice.balance !== undefined && context.invoice.balance <= 0
}

/** What the headers and the query ask of the platform (docs "Platform Headers"). */
export function readOptions(request: ReceivedRequest): Parameters<Queue['submit']>[1] | Response {
  const priority = request.headers.get('x-fal-queue-priority') ?? 'normal'
  if (priority !== 'normal' && priority !== 'low')
    return json(
      { detail: `X-Fal-Queue-Priority must be normal or low, got ${priority}`, error_type: 'bad_request' },
      400,
    )
  const timeout = request.headers.get('x-fal-request-timeout')
  if (timeout !== null && !(Number(timeout) > 0.1))
    return json({ detail: 'X-Fal-Request-Timeout must be greater than 0.1', error_type: 'bad_request' }, 400)
  const lifecycle = readLifecycle(request.headers.get('x-fal-object-lifecycle-preference'))
  if (lifecycle instanceof Response) return lifecycle
  const webhookUrl = request.query.get('fal_webhook') ?? undefined
  if (webhookUrl !== undefined && !/^https?:$/.test(URL.canParse(webhookUrl) ? new URL(webhookUrl).protocol : ''))
    return json({ detail: 'Invalid webhook URL', error_type: 'bad_request' }, 400)
  return { priority, webhookUrl, startTimeout: timeout === null ? undefined : Number(timeout) * 1_000 }
}

/** Seconds a file is kept; undefined means for good. A header that is not such JSON is refused. */
export function readLifecycle(header: string | null): { readonly seconds: number | undefined } | Response {
  if (header === null) return { seconds: undefined }
  try {
    const value: unknown = JSON.parse(header)
    const seconds = isRecord(value) ? value.expiration_duration_seconds : Number.NaN
    if (seconds === undefined || seconds === null) return { seconds: undefined }
    if (typeof seconds === 'number' && seconds > 0) return { seconds }
  } catch {
    // Falls through to the refusal: the text was no JSON.
  }
  return json({ detail: 'Invalid object lifecycle configuration', error_type: 'bad_request' }, 400)
}
