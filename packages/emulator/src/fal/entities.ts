import { json } from '../core/responses.js'
import type { EmulatedJob, InvoiceLine } from '../core/types.js'
import type { Failure } from './errors.js'
import { failureResponse } from './errors.js'
import type { Model } from './models.js'
import { appOf } from './models.js'

export interface LogLine {
  readonly timestamp: string
  readonly message: string
  readonly level: 'INFO' | 'ERROR'
  readonly source: 'USER'
}

/** The only three statuses there are: a failure is COMPLETED too (docs "Asynchronous Inference"). */
type FalState = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED'

export interface Output {
  readonly body: Record<string, unknown>
  /** Keys of the file store. */
  readonly fileIds: readonly string[]
}

/** A request in the queue. */
export interface FalJob extends EmulatedJob {
  state: FalState
  readonly model: string
  readonly endpoint: Model
  readonly input: Record<string, unknown>
  readonly lines: readonly InvoiceLine[]
  readonly priority: 'normal' | 'low'
  gatewayRequestId: string
  startedAt?: number
  output?: Output
  failure?: Failure
  expired: boolean
  readonly logs: LogLine[]
}

/** The live service gives the app-only form, whatever the endpoint (observed 2026-09). */
export function requestUrls(
  origin: string,
  job: FalJob,
): { response_url: string; status_url: string; cancel_url: string } {
  const base = `${origin}/queue/${appOf(job.model)}/requests/${job.id}`
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` }
}

/** Every key that the Python client cannot do without is always there, even when null. */
export function statusBody(
  job: FalJob,
  options: { origin: string; position: number; logs: boolean; errors: boolean },
): Record<string, unknown> {
  const common = { status: job.state, request_id: job.id, ...requestUrls(options.origin, job) }
  const logs = options.logs ? job.logs : null
  switch (job.state) {
    case 'IN_QUEUE':
      return { ...common, queue_position: options.position }
    case 'IN_PROGRESS':
      return { ...common, logs }
    case 'COMPLETED':
      return { ...common, logs, metrics: { inference_time: inferenceTime(job) }, ...errorFields(job, options.errors) }
    default:
      return job.state satisfies never
  }
}

function errorFields(job: FalJob, told: boolean): { error?: string; error_type?: string } {
  const { failure } = job
  if (failure === undefined) return {}
  if (failure.source === 'infrastructure') return { error: failure.message, error_type: failure.errorType }
  // For errors of the model itself they are sometimes left out: then only the result tells.
  return told
    ? { error: `Invalid status code: ${failure.status}`, error_type: failure.detail[0]?.type ?? 'bad_request' }
    : {}
}

/** Seconds, or null when it never ran. */
function inferenceTime(job: FalJob): number | null {
  if (job.startedAt === undefined || job.finishedAt === undefined) return null
  return (job.finishedAt - job.startedAt) / 1_000
}

/** Replays what the model answered: status, headers, body. */
export function resultResponse(job: FalJob): Response {
  if (job.failure !== undefined) return failureResponse(job.failure, job.id)
  const units = job.lines.reduce((sum, line) => sum + line.quantity, 0)
  return json(job.output?.body ?? {}, 200, { 'x-fal-request-id': job.id, 'x-fal-billable-units': String(units) })
}
