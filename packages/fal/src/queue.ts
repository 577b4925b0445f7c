import type { Operation, Reply, Transport } from '@likeness/adapter-kit'
import type { CallOptions, JobKind, JsonObject } from '@likeness/core'
import { defined } from './defined.js'
import type { JobOptions, Lifecycle, QueueOptions } from './options.js'
import type { FalHosts } from './settings.js'
import { lifecycleHeader, type UploadFile, uploadFile } from './storage.js'

/** A job that is to be bought. */
export interface Submission {
  readonly kind: JobKind
  readonly endpoint: string
  /** The model's bare input. */
  readonly input: JsonObject
  readonly options: QueueOptions
  readonly webhookUrl?: string | undefined
}

/** The addresses that the answer to a submit gave, where they are not the ones that would be built. */
export interface ReturnedURLs {
  readonly status?: string | undefined
  readonly response?: string | undefined
  readonly cancel?: string | undefined
}

/** A job in the queue. */
export interface QueuedJob {
  readonly kind: JobKind
  readonly endpoint: string
  readonly id: string
  readonly urls?: ReturnedURLs | undefined
  /** Whether log lines are wanted. */
  readonly logs?: boolean | undefined
}

/**
 * fal's queue and storage: by this package's HTTP, or by a ready client. Answers come as they are; those that are
 * listed with a method are given back, all other failures are thrown.
 */
export interface FalQueue {
  /** The options that it has no way to follow. */
  lacks(options: JobOptions): readonly string[]
  /** What must be known before money moves through it. */
  readonly notice?: string
  /** Sends one paid request. */
  submit(submission: Submission, options?: CallOptions): Promise<Reply>
  /** Runs without the queue: one paid request, whose answer is the result. Absent where there is no such way. */
  run?(submission: Submission, options?: CallOptions): Promise<Reply>
  /** Also gives back 404. */
  status(job: QueuedJob, options?: CallOptions): Promise<Reply>
  /** Also gives back what a failed job replays: {@link replayed}; where the failure is known, 5xx too. */
  result(job: QueuedJob, failureKnown: boolean, options?: CallOptions): Promise<Reply>
  /** Also gives back 400 and 404. */
  cancel(job: QueuedJob, options?: CallOptions): Promise<Reply>
  /** The public address of the uploaded file. */
  upload(file: UploadFile, lifecycle: Lifecycle | undefined, options?: CallOptions): Promise<string>
}

/** Statuses of a result that tell something of the job rather than of the request for it. */
export const replayed: readonly number[] = [400, 404, 410, 413, 415, 422, 499]
const replayedWhenFailed: readonly number[] = [...replayed, 500, 502, 503, 504]

/** Owner and app of an endpoint id, which alone stand in the addresses of its requests (fal-js `utils.js`). */
export function appOf(endpoint: string): string {
  const parts = endpoint.split('/')
  return parts.slice(0, parts[0] === 'workflows' || parts[0] === 'comfy' ? 3 : 2).join('/')
}

function built(job: Pick<QueuedJob, 'endpoint' | 'id'>, part: '' | '/status' | '/cancel'): string {
  return `/${appOf(job.endpoint)}/requests/${encodeURIComponent(job.id)}${part}`
}

/** The address fal gave, where it leads to the configured origin; else the app-only one. */
function addressOf(
  origin: string,
  job: QueuedJob,
  returned: string | undefined,
  part: '' | '/status' | '/cancel',
): string {
  if (returned !== undefined && URL.canParse(returned) && new URL(returned).origin === origin) return returned
  return built(job, part)
}

/** What of the returned addresses has to be kept: those at the base URL's origin that would not be built alike. */
export function keptURLs(
  queueURL: string,
  job: Pick<QueuedJob, 'endpoint' | 'id'>,
  returned: { readonly [Name in keyof ReturnedURLs]: string | null | undefined },
): ReturnedURLs | undefined {
  const base = `${queueURL}${built(job, '')}`
  const kept = (url: string | null | undefined, part: '' | '/status' | '/cancel') => {
    if (url === null || url === undefined || url === `${base}${part}`) return undefined
    return URL.canParse(url) && new URL(url).origin === new URL(queueURL).origin ? url : undefined
  }
  const status = kept(returned.status, '/status')
  const response = kept(returned.response, '')
  const cancel = kept(returned.cancel, '/cancel')
  if (status === undefined && response === undefined && cancel === undefined) return undefined
  return defined({ status, response, cancel })
}

/** @see https://docs.fal.ai (Platform Headers), 2026 */
export function queueHeaders(options: QueueOptions): Record<string, string> {
  const headers: Record<string, string> = {}
  if (options.priority !== undefined) headers['x-fal-queue-priority'] = options.priority
  if (options.runnerHint !== undefined) headers['x-fal-runner-hint'] = options.runnerHint
  if (options.objectLifecycle !== undefined) {
    headers['x-fal-object-lifecycle-preference'] = lifecycleHeader(options.objectLifecycle)
  }
  // Only the value that switches it off is documented.
  if (options.storeIO === false) headers['x-fal-store-io'] = '0'
  if (options.startTimeout !== undefined) headers['x-fal-request-timeout'] = String(options.startTimeout)
  if (options.noRetry === true) headers['x-fal-no-retry'] = '1'
  if (options.retryConfig !== undefined) headers['x-fal-retry-config'] = JSON.stringify(options.retryConfig)
  if (options.disableFallback === true) headers['x-app-fal-disable-fallback'] = 'true'
  if (options.tags !== undefined) {
    headers['x-fal-tags'] = Object.entries(options.tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
  }
  return headers
}

/**
 * The paid request of a job.
 *
 * @param baseURL - of direct runs; the queue's where it is left out
 */
export function submitOperation({ kind, endpoint, input, options, webhookUrl }: Submission, baseURL = ''): Operation {
  return {
    name: `${kind}.submit`,
    effect: 'paid',
    method: 'POST',
    url: `${baseURL}/${endpoint}`,
    query: { fal_webhook: webhookUrl, fal_max_queue_length: options.maxQueueLength },
    headers: queueHeaders(options),
    body: { type: 'json', value: input },
  }
}

/** The queue by this package's own HTTP. */
export function createHttpQueue(transport: Transport, hosts: FalHosts): FalQueue {
  const { origin } = new URL(hosts.queueURL)
  return {
    lacks: () => [],
    submit: (submission, options) => transport.send(submitOperation(submission), options),
    run: (submission, options) => transport.send(submitOperation(submission, hosts.syncURL), options),
    status: (job, options) =>
      transport.send(
        {
          name: `${job.kind}.status`,
          effect: 'read',
          method: 'GET',
          url: addressOf(origin, job, job.urls?.status, '/status'),
          ...(job.logs === true ? { query: { logs: 1 } } : {}),
          accept: [404],
        },
        options,
      ),
    result: (job, failureKnown, options) =>
      transport.send(
        {
          name: `${job.kind}.result`,
          effect: 'read',
          method: 'GET',
          url: addressOf(origin, job, job.urls?.response, ''),
          accept: failureKnown ? replayedWhenFailed : replayed,
        },
        options,
      ),
    cancel: (job, options) =>
      transport.send(
        {
          name: `${job.kind}.cancel`,
          effect: 'read',
          method: 'PUT',
          url: addressOf(origin, job, job.urls?.cancel, '/cancel'),
          accept: [400, 404],
        },
        options,
      ),
    upload: (file, lifecycle, options) => uploadFile(transport, hosts.restURL, file, lifecycle, options),
  }
}
