import type { JobKind } from './job.js'

/** A callback as it came in. `body` must be the raw bytes: signatures are made over them. */
export interface WebhookRequest {
  /** Full URL with its query. */
  readonly url: string
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
}

/** What a verified callback tells: only which job to ask about. The truth is always re-read with `status`. */
export interface WebhookEvent {
  /** `Provider.id`. */
  readonly provider: string
  /** The vendor's id of the job. */
  readonly jobId: string
  readonly kind?: JobKind | undefined
  /** The key of the request, where our token carried it. */
  readonly idempotencyKey?: string | undefined
  /** How it was proven. */
  readonly proof: 'signature' | 'token'
}

/** Callbacks of one provider. */
export interface Webhooks {
  /**
   * Proves that the callback is genuine and says which job it is about.
   *
   * @throws LikenessError `authentication` when it is forged, stale, or carries no proof; `invalid-request` when it
   * cannot be read
   */
  verify(request: WebhookRequest): Promise<WebhookEvent>
}
