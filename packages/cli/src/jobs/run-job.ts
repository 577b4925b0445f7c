import {
  type FineTuneResult,
  type GenerateResult,
  type JobHandle,
  type JobStatus,
  LikenessError,
  type Provider,
} from '@likeness/core'
import type { JobFile } from '../files/job-file.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { followRouter } from './follow-router.js'
import { resumeCommand, shortPath } from './resume-command.js'
import { createStartedJobs } from './started-jobs.js'

/** What a job tells while it runs, as core's everyday functions take it. */
export interface JobHooks {
  readonly abortSignal: AbortSignal
  readonly onStarted: (handle: JobHandle) => void
  readonly onStatus: (status: JobStatus) => void
}

/** A job to see through. */
export interface JobRun<Result> {
  readonly provider: Provider
  readonly progress: JobProgress
  /** Where the job's file goes. */
  readonly file: (handle: JobHandle) => string
  /** What the file holds beside the handle. */
  readonly destination: Pick<JobFile, 'portfolio' | 'output'>
  /** Set on a job that is resumed. */
  readonly handle?: JobHandle | undefined
  readonly run: (hooks: JobHooks) => Promise<Result>
}

/** How a job ended, at one provider. */
export type JobOutcome<Value> =
  | { readonly state: 'done'; readonly provider: string; readonly file: string; readonly value: Value }
  | {
      readonly state: 'failed'
      readonly provider: string
      readonly error: unknown
      /** Files of the jobs that go on at their vendors. */
      readonly open: readonly string[]
    }

/** Says how to go on in terms of this CLI, where the error speaks of functions. */
function withResumeHint(session: Session, error: unknown, open: readonly string[]): unknown {
  if (!LikenessError.is(error) || open.length === 0) return error
  const commands = open.map((file) => resumeCommand(session, file)).join(' && ')
  return error.with({ hint: `The job goes on at the vendor. To continue: ${commands}` })
}

/**
 * Runs a job and keeps its file up to date: written as soon as the vendor has accepted it, before anything else
 * happens, and marked once it has ended.
 *
 * @param finish - what to do with the result: save pictures, add to a portfolio
 */
export async function runJob<Result extends FineTuneResult | GenerateResult, Value>(
  session: Session,
  job: JobRun<Result>,
  finish: (result: Result) => Promise<Value>,
): Promise<JobOutcome<Value>> {
  const { provider, progress } = job
  const started = createStartedJobs(job.file, job.destination, () => session.io.clock.now())
  if (job.handle !== undefined) started.keep(job.handle)
  const stopFollowing = followRouter(provider, progress)
  try {
    const result = await job.run({
      abortSignal: session.abortSignal,
      onStatus: (status) => progress.status(status),
      onStarted: (handle) => progress.accepted(handle, shortPath(session, started.keep(handle))),
    })
    const value = await finish(result)
    return { state: 'done', provider: provider.id, file: started.succeeded(result), value }
  } catch (error) {
    if (LikenessError.is(error)) started.failed(error)
    const open = started.open()
    return { state: 'failed', provider: provider.id, open, error: withResumeHint(session, error, open) }
  } finally {
    stopFollowing()
  }
}
