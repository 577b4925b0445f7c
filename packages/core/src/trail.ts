import type { ErrorKind } from './error.js'
import type { JobHandle } from './job.js'
import type { Cost } from './money.js'

/**
 * How work at one target ended. `unknown`: a job may have been created, and it cannot be found out. `skipped`: nothing
 * was sent.
 */
export type TrailOutcome = 'succeeded' | 'partial' | 'failed' | 'canceled' | 'unknown' | 'skipped'

/** One step of a request's way through the targets of a router. Plain JSON; no prompt, no picture, no key. */
export interface TrailEntry {
  /** Name of the target. */
  readonly target: string
  /** `Provider.id` of the vendor behind it. */
  readonly provider: string
  /** Why this step was taken. `part`: one of several requests that share the pictures of one. */
  readonly role: 'first' | 'part' | 'retry' | 'fallback' | 'hedge'
  readonly outcome: TrailOutcome
  /** ISO 8601. */
  readonly at: string
  /** From being sent to its end, in milliseconds; 0 where nothing was sent. */
  readonly ms: number
  /** Pictures asked for in this step; on generations. */
  readonly n?: number | undefined
  /** Why it did not succeed. */
  readonly kind?: ErrorKind | undefined
  readonly message?: string | undefined
  /** What it cost. Absent is unknown; 0 where it is certain that nothing was charged. */
  readonly cost?: Cost | undefined
  /** The job, where one was accepted. */
  readonly handle?: JobHandle | undefined
  /** What the router did next, and by which rule, where it went on. */
  readonly next?: string | undefined
}
