import type { CancelOutcome, JobHandle, JobStatus, JsonObject } from '@likeness/core'
import type { Job, RunningJob, SubmittingJob } from '../job.js'

/** What every call to the work takes. */
export interface WorkCall {
  /** Key of the job's paid request; the same in every process. */
  readonly idempotencyKey: string
  /** Aborts when the call takes too long, the process stops, or another process has taken the job over. */
  readonly abortSignal: AbortSignal
}

/** What the vendor answered to the submit. */
export interface Submitted {
  readonly handle: JobHandle
  /** Set where the answer already was the end of the job, or tells where it stands. */
  readonly status?: JobStatus | undefined
}

/** Whether the vendor has the job of a paid request whose answer was lost. */
export type FindAnswer =
  | { readonly answer: 'found'; readonly handle: JobHandle }
  /** The vendor answered, and has none. */
  | { readonly answer: 'none' }
  | { readonly answer: 'cannot-be-asked' }

/** One vendor job that callbacks may name. */
export interface VendorReference {
  /** `Provider.id`. */
  readonly provider: string
  /** The vendor's id of the job. */
  readonly id: string
}

/** Longest that a call may take, in milliseconds. */
export interface WorkTimeouts {
  /** @default 20_000 */
  readonly submit?: number | undefined
  /** Of `find`, `status` and `cancel`. @default 20_000 */
  readonly ask?: number | undefined
  /** @default 900_000 */
  readonly collect?: number | undefined
}

/**
 * What a job does. All that this package knows of trainings, pictures and vendors. Calls may be repeated, also by
 * another process; only `submit` costs money, and it is called once for each recorded intent.
 *
 * Failures are `LikenessError`s: `kind`, `retry` and `billed` decide what happens next. Anything else that is thrown by
 * `submit` counts as a lost answer, since the request may have been sent.
 */
export interface JobWork {
  /** Sends the one paid request. */
  submit(job: SubmittingJob, call: WorkCall): Promise<Submitted>
  /** Looks for the vendor's job of a paid request whose answer was lost. Absent where no vendor can be asked. */
  find?(job: SubmittingJob, call: WorkCall & { readonly since: number }): Promise<FindAnswer>
  /** Reads the truth from the vendor. */
  status(job: RunningJob, call: WorkCall): Promise<JobStatus>
  /** Stops the job at the vendor. Absent, or throwing `unsupported`, where that cannot be done. */
  cancel?(job: RunningJob, call: WorkCall): Promise<CancelOutcome>
  /**
   * Makes the job's result of its last status; may read files from the vendor. Called again where it did not get to its
   * end.
   */
  collect(
    job: RunningJob,
    status: Extract<JobStatus, { readonly state: 'succeeded' }>,
    call: WorkCall,
  ): Promise<JsonObject>
  /**
   * How long to wait before asking again, in milliseconds. `first`: it has not been asked about since it was accepted.
   */
  pollAfterMs(job: RunningJob, now: number, first: boolean): number
  /** When an accepted job is overdue, in milliseconds from its start, where the caller has not said. */
  deadlineMs(job: RunningJob): number
  /** The vendor jobs that callbacks about this job may name. @default the handle's own */
  references?(handle: JobHandle): readonly VendorReference[]
  /**
   * From when on the vendor's word counts that it has no such job, in milliseconds after the request.
   *
   * @default 65_000
   */
  believedAfterMs?(job: Job): number
  readonly timeouts?: WorkTimeouts | undefined
}
