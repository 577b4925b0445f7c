import { json } from '../core/responses.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import type { FalJob } from './entities.js'
import { platformError } from './errors.js'
import type { FalFiles } from './files.js'
import { isFalJob } from './routes.js'
import type { FalSettings } from './settings.js'

/** The id of the request whose payloads a path of the platform API means. */
export function payloadsOf(path: string): string | undefined {
  return /^models\/requests\/([^/]+)\/payloads$/.exec(path)?.[1]
}

/** Deletes what is stored of requests. */
export interface Payloads {
  /** `undefined` where the request means something else. */
  handle(request: ReceivedRequest, path: string): Response | undefined
  reset(): void
}

/** One file of a request: deleted, or why not. */
interface DeleteResult {
  readonly link: string
  readonly exception: string | null
}

/**
 * `DELETE /models/requests/{id}/payloads` (OpenAPI of 2026-08-21): input and output go, and the files that the request
 * made; files that were uploaded for it stay. The same Idempotency-Key gets the same answer.
 */
export function createPayloads(context: VendorContext<FalSettings>, files: FalFiles): Payloads {
  const answered = new Map<string, readonly DeleteResult[]>()

  function deleteFiles(job: FalJob): DeleteResult[] {
    const { deleteException = null } = context.settings
    const results = (job.output?.fileIds ?? []).map((id) => ({ link: files.url(id), exception: deleteException }))
    if (deleteException === null) expireJob(job, context)
    return results
  }

  return {
    handle(request, path) {
      const id = payloadsOf(path)
      if (id === undefined || request.method !== 'DELETE') return undefined
      const key = `${id} ${request.headers.get('idempotency-key') ?? ''}`
      const before = request.headers.has('idempotency-key') ? answered.get(key) : undefined
      if (before !== undefined) return json({ cdn_delete_results: before })
      const job = context.jobs.get(id)
      if (job === undefined || !isFalJob(job) || job.expired)
        return platformError(404, 'not_found', `Request ${id} not found`)
      const results = deleteFiles(job)
      answered.set(key, results)
      return json({ cdn_delete_results: results })
    },
    reset: () => answered.clear(),
  }
}

/** Record and outputs go; files that the user uploaded stay. */
export function expireJob(job: FalJob, context: VendorContext<FalSettings>): void {
  job.expired = true
  for (const id of job.output?.fileIds ?? []) context.files.remove(id)
}
