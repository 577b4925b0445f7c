import {
  type FineTuneResult,
  type GenerateResult,
  type JobHandle,
  type JobStatus,
  LikenessError,
  type Provider,
} from '@likeness/core'
import { type JobFile, writeJobFile } from '../files/job-file.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { resumeCommand, shortPath } from './resume-command.js'

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
  | { readonly state: 'done'; readonly provider: string; readonly file: string | undefined; readonly value: Value }
  | { readonly state: 'failed'; readonly provider: string; readonly file: string | undefined; readonly error: unknown }

type Outcome = NonNullable<JobFile['outcome']>['state']

function finalState(error: LikenessError): Outcome | undefined {
  switch (error.kind) {
    case 'job-failed':
    case 'content-blocked':
      return 'failed'
    case 'expired':
      return 'expired'
    case 'aborted':
      return error.code === 'canceled' ? 'canceled' : undefined
    default:
      return undefined
  }
}

/** Says how to go on in terms of this CLI, where the error speaks of functions. */
function withResumeHint(session: Session, error: unknown, file: string | undefined): unknown {
  if (!LikenessError.is(error) || file === undefined || finalState(error) !== undefined) return error
  return error.with({ hint: `The job goes on at the vendor. To continue: ${resumeCommand(session, file)}` })
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
  const { abortSignal } = session
  const now = () => new Date(session.io.clock.now()).toISOString()
  let started: { readonly path: string; readonly content: JobFile } | undefined
  const keep = (handle: JobHandle) => {
    started = { path: job.file(handle), content: { version: 1, handle, ...job.destination } }
    writeJobFile(started.path, started.content)
  }
  const end = (state: Outcome) => {
    if (started !== undefined) writeJobFile(started.path, { ...started.content, outcome: { state, at: now() } })
  }
  if (job.handle !== undefined) keep(job.handle)
  try {
    const result = await job.run({
      abortSignal,
      onStatus: (status) => progress.status(status),
      onStarted(handle) {
        keep(handle)
        progress.accepted(handle, shortPath(session, job.file(handle)))
      },
    })
    const value = await finish(result)
    end('succeeded')
    return { state: 'done', provider: provider.id, file: started?.path, value }
  } catch (error) {
    const state = LikenessError.is(error) ? finalState(error) : undefined
    if (state !== undefined) end(state)
    return {
      state: 'failed',
      provider: provider.id,
      file: started?.path,
      error: withResumeHint(session, error, started?.path),
    }
  }
}
