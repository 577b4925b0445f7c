import type { JobHandle, JobKind, JobStatus, JsonObject, SerializedError } from '@likeness/core'
import type { JobState } from './states.js'

/** Names one job, in every process. Sorts by time of creation. */
export type JobId = string

/** What to do about a paid request whose answer was lost, where the vendor cannot be asked. */
export type OnUnknown = 'fail' | 'resend'

/** What to do with a job that is not done by its deadline. */
export type OnOverdue = 'fail' | 'wait'

/** That somebody asked for a job to be stopped. */
export interface Cancellation {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Who asked. */
  readonly by: string
  /**
   * What the vendor made of it: `requested`, it may still finish and be billed; `finished`, it was done before;
   * `unsupported`, the vendor cannot stop it. Absent while it has not been asked.
   */
  readonly outcome?: 'requested' | 'finished' | 'unsupported' | undefined
}

/** What is known of a job in any state. All times are milliseconds since the epoch. */
export interface JobFacts {
  readonly id: JobId
  /** Whose job it is. Tenants have separate idempotency keys. */
  readonly tenant: string
  /** The caller's key: creating with it again gives this job. */
  readonly idempotencyKey: string
  readonly kind: JobKind
  /** `Provider.id` of who does the work. */
  readonly provider: string
  /** Whose limits it counts against: the vendor account. */
  readonly account: string
  /** What is asked for, as the caller gave it. What it means is up to the work. */
  readonly request: JsonObject
  readonly onUnknown: OnUnknown
  readonly onOverdue: OnOverdue
  readonly createdAt: number
  /** When anything here changed last. */
  readonly changedAt: number
  /** Counts the changes. */
  readonly version: number
  /** Paid requests that were about to be sent. More than 1 where an earlier one certainly was not accepted. */
  readonly attempts: number
  /** When it is overdue. */
  readonly deadlineAt: number
  /** Set once the deadline has passed and the job goes on, as `onOverdue: 'wait'` asks. */
  readonly overdue: boolean
  readonly cancellation?: Cancellation | undefined
}

/** Not sent yet. */
export interface QueuedJob extends JobFacts {
  readonly state: 'queued'
  /** Why it was not accepted the last time, where it was sent before. */
  readonly error?: SerializedError | undefined
}

/** About to be sent, or sent, with no outcome on record. */
export interface SubmittingJob extends JobFacts {
  readonly state: 'submitting'
  /** When the intent was recorded. */
  readonly sentAt: number
  /** Why the answer was lost, where it was. */
  readonly error?: SerializedError | undefined
}

/** Accepted by the vendor. */
export interface RunningJob extends JobFacts {
  readonly state: 'running'
  readonly sentAt: number
  readonly handle: JobHandle
  /** As the vendor told it last. */
  readonly status?: JobStatus | undefined
}

/** Done. */
export interface SucceededJob extends JobFacts {
  readonly state: 'succeeded'
  readonly handle: JobHandle
  /** What `JobWork.collect` returned. */
  readonly result: JsonObject
  readonly endedAt: number
}

/** Ended without a result. */
export interface FailedJob extends JobFacts {
  readonly state: 'failed'
  /** Absent where the vendor never accepted it. */
  readonly handle?: JobHandle | undefined
  readonly error: SerializedError
  readonly endedAt: number
}

/** Stopped on request. */
export interface CanceledJob extends JobFacts {
  readonly state: 'canceled'
  readonly handle?: JobHandle | undefined
  /** What was not known about it when it was given up. */
  readonly error?: SerializedError | undefined
  readonly endedAt: number
}

/** It may have been accepted and billed; the vendor cannot say. Rests until somebody resolves it. */
export interface UnknownJob extends JobFacts {
  readonly state: 'unknown'
  readonly sentAt: number
  readonly error: SerializedError
}

/** One paid piece of work at one provider, as its row tells it. Plain JSON. The row is the truth. */
export type Job = QueuedJob | SubmittingJob | RunningJob | SucceededJob | FailedJob | CanceledJob | UnknownJob

/** One line of a job's trail. */
export interface TrailEvent {
  readonly at: number
  /** Absent on the first. */
  readonly from?: JobState | undefined
  /** The same as `from` where the state did not change. */
  readonly to: JobState
  readonly reason: string
  /** Who did it: a person, or the name of a process. */
  readonly by: string
}

/** A vendor's callback as it is kept. */
export interface InboxEvent {
  readonly id: number
  /** `Provider.id`. */
  readonly provider: string
  readonly eventId: string
  /** The vendor's id of its job. */
  readonly vendorJobId: string
  readonly receivedAt: number
  readonly body?: JsonObject | undefined
  /** The job it is about, once that is known. */
  readonly job?: JobId | undefined
  /** When the job was looked at because of it. */
  readonly seenAt?: number | undefined
}
