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

/** Many pieces of work of one sort. */
export interface Bar {
  readonly name: string
  readonly done: number
  readonly total: number
  /** What else is to be said: failures, money, time left. */
  readonly notes: readonly string[]
}

/** How far work with several bars has come. */
export interface BarsUpdate {
  /** Always the same ones, in the same order; the last one is of the whole. */
  readonly bars: readonly Bar[]
  /** The same for programs. */
  readonly event: Readonly<Record<string, unknown>>
}

/** Runs tasks side by side and shows how they get on. Failures are shown, and left to each task to report. */
export interface ProgressView {
  run(tasks: readonly Task[]): Promise<void>
  /**
   * Shows how far work has come by bars, from their first update on.
   *
   * @param names - of the bars
   * @throws what the work throws
   */
  follow<Result>(
    names: readonly string[],
    work: (update: (update: BarsUpdate) => void) => Promise<Result>,
  ): Promise<Result>
}
