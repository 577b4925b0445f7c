import type { JobHandle, JobStatus } from '@likeness/core'
import type { RouterEvent } from '@likeness/router'

/** What one job reports while it runs. */
export interface JobProgress {
  /** What is being done before the vendor has the job: `uploading`. */
  step(text: string): void
  /** What a router does on the way: in words, where a person would want to know. */
  routed(event: RouterEvent, text: string | undefined): void
  /** A vendor has the job; through a router there may be several. */
  accepted(handle: JobHandle, file: string): void
  /** Goes on with a job that was accepted before. */
  resuming(handle: JobHandle): void
  status(status: JobStatus): void
  /** The last word: what came of it. */
  done(text: string): void
}

/** A piece of work whose progress is shown. It throws when it failed. */
export interface Task {
  /** `Provider.id`. */
  readonly provider: string
  /** What is done there: `training`. */
  readonly title: string
  run(progress: JobProgress): Promise<void>
}

/** Runs tasks side by side and shows how they get on. Failures are shown, and left to each task to report. */
export interface ProgressView {
  run(tasks: readonly Task[]): Promise<void>
}
