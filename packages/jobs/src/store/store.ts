import type { Clock, JobHandle, JobKind, JobStatus, JsonObject, Page, SerializedError } from '@likeness/core'
import type { Tx } from '../database/database.js'
import type { InboxEvent, Job, JobId, OnOverdue, OnUnknown, TrailEvent } from '../job.js'
import type { JobState } from '../states.js'
import type { VendorReference } from '../work/job-work.js'

/** A job that is to be done. */
export interface NewJob {
  readonly tenant: string
  readonly idempotencyKey: string
  readonly kind: JobKind
  readonly provider: string
  readonly account: string
  readonly request: JsonObject
  readonly onUnknown: OnUnknown
  readonly onOverdue: OnOverdue
  /** From its creation, in milliseconds. Absent where the work decides. */
  readonly deadlineMs?: number | undefined
  /** Who created it. */
  readonly by: string
}

/** The right to look at one job: nobody else does until it ends. */
export interface Lease {
  readonly job: Job
  readonly owner: string
  /** A write with an older one than the row's is refused. */
  readonly gen: number
  /** What had happened from outside when it was taken. */
  readonly signals: number
  /** Looks in a row that came to nothing. */
  readonly failures: number
  readonly resent: boolean
  /** Whether the caller set a deadline. */
  readonly ownDeadline: boolean
  /** The latest callback that nobody had looked at when it was taken; 0 where there was none. */
  readonly lastEvent: number
}

/** Whether the right was given. */
export type Claim =
  | { readonly type: 'claimed'; readonly lease: Lease }
  /** Not due yet, or held by another process: look again then. */
  | { readonly type: 'later'; readonly at: number }
  /** Ended, resting, or gone. */
  | { readonly type: 'rest' }

/** What changes in a row. What is absent stays. */
export interface Patch {
  readonly state?: JobState | undefined
  /** For the trail. Without it a change of the state is refused. */
  readonly reason?: string | undefined
  readonly sentAt?: number | undefined
  readonly attempts?: number | undefined
  readonly handle?: JobHandle | undefined
  readonly status?: JobStatus | undefined
  readonly result?: JsonObject | undefined
  /** `null` takes it away. */
  readonly error?: SerializedError | null | undefined
  readonly endedAt?: number | undefined
  readonly deadlineAt?: number | undefined
  readonly overdue?: boolean | undefined
  readonly cancelOutcome?: 'requested' | 'finished' | 'unsupported' | undefined
  readonly failures?: number | undefined
  readonly resent?: boolean | undefined
  /** The vendor was asked: the callbacks that were there when the lease was taken have had their effect. */
  readonly looked?: boolean | undefined
  /** Vendor jobs that callbacks may name from now on. */
  readonly references?: readonly VendorReference[] | undefined
}

/** A verified callback. */
export interface ReceivedEvent {
  /** `Provider.id`. */
  readonly provider: string
  /** The same for a callback that is sent twice; where a vendor gives none, a hash of the body. */
  readonly eventId: string
  /** The vendor's id of its job. */
  readonly jobId: string
  readonly kind?: JobKind | undefined
  /** Key of the paid request, where our token carried it. */
  readonly idempotencyKey?: string | undefined
  readonly body?: JsonObject | undefined
}

/** What became of a callback. */
export interface Reception {
  /** It had come before; nothing changed. */
  readonly duplicate: boolean
  /** The jobs that it is about; none where they are not known, or not yet. */
  readonly jobs: readonly JobId[]
}

/** Which jobs to list. */
export interface JobQuery {
  readonly tenant?: string | undefined
  readonly states?: readonly JobState[] | undefined
  readonly kind?: JobKind | undefined
  readonly provider?: string | undefined
  /** At most 200. @default 50 */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/** The jobs. Everything else is made of these rows. */
export interface Store {
  readonly clock: Clock
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Unique by tenant and key, for ever. @throws LikenessError `conflict` where the key stands for another request */
  create(job: NewJob, tx: Tx): Promise<{ readonly job: Job; readonly created: boolean }>
  get(id: JobId): Promise<Job | undefined>
  /** @throws LikenessError `not-found`, `conflict` where it has not ended */
  remove(id: JobId): Promise<void>
  /** The latest first. */
  list(query: JobQuery): Promise<Page<Job>>
  trail(id: JobId): Promise<readonly TrailEvent[]>
  /** Callbacks about one job, or those that belong to none, the earliest first. */
  inbox(job: JobId | 'unmatched'): Promise<readonly InboxEvent[]>
  /**
   * Takes the lease where the job is due and nobody holds it; in one statement, so that two ticks cannot both have it.
   */
  claim(id: JobId, owner: string, leaseMs: number, tx: Tx): Promise<Claim>
  /** When the next job is due that nobody holds. */
  nextDue(): Promise<number | undefined>
  /** Holds the lease longer. False where it was lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>
  /** Writes, and keeps the lease. `undefined`: the lease was lost, nothing was written. */
  save(lease: Lease, patch: Patch, tx: Tx): Promise<Lease | undefined>
  /**
   * Writes, and gives the lease back. The job is due `at`, or at once where something has happened from outside since
   * the lease was taken; never where it has ended. `undefined`: the lease was lost, nothing was written.
   */
  release(
    lease: Lease,
    patch: Patch,
    at: number,
    tx: Tx,
  ): Promise<{ readonly job: Job; readonly due: number | undefined } | undefined>
  /**
   * Writes without a lease, and ends any that there is; `undefined` where the job is gone or is in none of these
   * states.
   */
  change(
    id: JobId,
    from: readonly JobState[],
    patch: Patch,
    due: number | undefined,
    by: string,
    tx: Tx,
  ): Promise<Job | undefined>
  /** Makes a job due now, and known that something has happened. False where it has ended or rests. */
  signal(id: JobId, tx: Tx): Promise<boolean>
  /** Notes who asked for a job to be stopped. False where it has ended, or somebody has asked before. */
  noteCancellation(id: JobId, by: string, tx: Tx): Promise<boolean>
  /** A line of the trail without a change of state. */
  note(id: JobId, reason: string, by: string, tx: Tx): Promise<void>
  /** Keeps a callback, and finds its jobs. */
  receive(event: ReceivedEvent, tx: Tx): Promise<Reception>
  /** Makes the account's longest waiting jobs due, since a place has become free. */
  wakeQueued(account: string, count: number, tx: Tx): Promise<readonly JobId[]>
  /** How many jobs of the account wait to be sent before this one. */
  queuedBefore(job: Job, tx: Tx): Promise<number>
  /** Jobs that have been due for so long and that nobody holds, the longest due first. */
  late(byMs: number, limit: number): Promise<readonly { readonly id: JobId; readonly due: number }[]>
  /** Jobs past their deadline that are not known to be, and not due. */
  pastDeadline(limit: number): Promise<readonly JobId[]>
  /** Makes all jobs due that wait for a later time: after the clock was set back, nobody knows what that time means. */
  pullForward(): Promise<readonly JobId[]>
  /** Ends all leases: those of processes that are known to have ended. */
  clearLeases(): Promise<number>
  /** Jobs by state, for `/metrics` and the like. */
  counts(): Promise<Readonly<Record<JobState, number>>>
}
