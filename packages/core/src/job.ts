import type { LikenessError } from './error.js'
import type { JsonObject } from './json.js'
import type { Cost, Estimate } from './money.js'
import type { Subject } from './subject.js'
import type { Warning } from './warning.js'

/** The two kinds of paid work. */
export type JobKind = 'fine-tune' | 'generation'

/** The JSON that resumes a job in another process or on another day. Holds no secret. */
export interface JobHandle {
  readonly version: 1
  readonly kind: JobKind
  /** `Provider.id`. */
  readonly provider: string
  /** The vendor's id of the job. */
  readonly id: string
  readonly idempotencyKey: string
  /** ISO 8601: when the vendor accepted it. */
  readonly startedAt: string
  /** What is being learnt; present on fine-tunes. */
  readonly subject?: Subject | undefined
  /** How many pictures were asked for; present on generations. */
  readonly n?: number | undefined
  readonly estimate?: Estimate | undefined
  /** What the adapter needs beside the id. */
  readonly data: JsonObject
}

/** How one paid request ended. `unknown`: it may have been accepted, the answer was lost. */
export type AttemptOutcome = 'rejected' | 'accepted' | 'unknown'

/** One paid request as it was sent. */
export interface Attempt {
  /** `Provider.id`. */
  readonly provider: string
  readonly operation: string
  readonly outcome: AttemptOutcome
  /** ISO 8601: when it was sent. */
  readonly at: string
  /** Until the answer or the failure, in milliseconds. */
  readonly ms: number
  /** Why it was not accepted. */
  readonly error?: LikenessError | undefined
}

/** What every call to a provider takes beside the request. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** Extra HTTP headers for every request of this call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Called for each paid request that was sent, also for those that are sent again. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined
}

/** What `start` yields once the vendor has accepted the job. */
export interface Started<Status> {
  readonly handle: JobHandle
  readonly warnings: readonly Warning[]
  readonly estimate?: Estimate | undefined
  /** Set where the answer to the submit already was the end of the job. */
  readonly status?: Status | undefined
}

/** Progress that any unfinished state may carry. */
export interface Progress {
  /** From 0 to 1. */
  readonly progress?: number | undefined
  /** Milliseconds until the vendor expects to be done. */
  readonly etaMs?: number | undefined
  /** The vendor's own words, e.g. its status name or last log line. */
  readonly message?: string | undefined
}

/** Waiting at the vendor. */
export interface Queued extends Progress {
  readonly state: 'queued'
  /** Jobs ahead; 0 is next. */
  readonly position?: number | undefined
}

/** Being worked on. */
export interface Running extends Progress {
  readonly state: 'running'
}

/** Trained, but not yet usable for generation. */
export interface Deploying extends Progress {
  readonly state: 'deploying'
}

/** Ended without a result. */
export interface Failed {
  readonly state: 'failed'
  readonly error: LikenessError
  /** What the failed job cost, where the vendor says so. */
  readonly cost?: Cost | undefined
}

/** Stopped on request. */
export interface Canceled {
  readonly state: 'canceled'
}

/** The vendor has deleted the job or its result. */
export interface Expired {
  readonly state: 'expired'
}

/** The states in which a job can be while, or after, it ran without success. */
export type UnsuccessfulStatus = Queued | Running | Deploying | Failed | Canceled | Expired

/** How often a job may be asked about, and when it is expected to end. Data, worked out by the adapter. */
export interface Pace {
  /** Jobs with the same key take about the same time; the poll loop learns from them. */
  readonly key: string
  /** The fastest the vendor may be polled, in milliseconds. */
  readonly minimumMs: number
  /** The slowest that is still pleasant, in milliseconds. */
  readonly maximumMs: number
  /** How long such a job usually takes, in milliseconds, until the loop has seen some itself. */
  readonly expectedMs?: number | undefined
  /** When to stop waiting if the caller sets no deadline, in milliseconds from the start. */
  readonly deadlineMs: number
}

/** What `cancel` achieved: `canceled` for certain, `requested` (it may still finish and be billed), or `finished` before. */
export type CancelOutcome = 'canceled' | 'requested' | 'finished'

/** What `find` may need beside the key, for vendors that can only be asked by attributes. */
export interface FindOptions extends CallOptions {
  /** Milliseconds since the epoch: when the lost request was sent. Older jobs are not candidates. */
  readonly since: number
}
