import type { FineTuneResult, GenerateResult, JobHandle, LikenessError, TrailEntry } from '@likeness/core'
import { type JobFile, writeJobFile } from '../files/job-file.js'
import { vendorJobs } from '../vendor-jobs.js'

const isSame = (one: Pick<JobHandle, 'provider' | 'id'>, other: Pick<JobHandle, 'provider' | 'id'>) =>
  one.provider === other.provider && one.id === other.id

/** How a job ended, as its file says. */
type Ending = NonNullable<JobFile['outcome']>['state']

/** The files of the jobs that vendors accepted for one request: one, or several through a router. */
export interface StartedJobs {
  /** Writes the file of a job, before anything else happens. */
  keep(handle: JobHandle): string
  /** Marks all of them after success, and keeps the whole under the handle that names it. Returns its file. */
  succeeded(result: FineTuneResult | GenerateResult): string
  /** Marks one of them. */
  ended(handle: JobHandle, ending: Ending): void
  /** Marks those that ended with a failure. */
  failed(error: LikenessError): void
  /** Files of the jobs that were not seen to end. */
  open(): string[]
}

function endingOfError(error: LikenessError): Ending | undefined {
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

function endingOfStep({ outcome, kind }: TrailEntry): Ending | undefined {
  switch (outcome) {
    case 'succeeded':
    case 'partial':
      return 'succeeded'
    case 'canceled':
      return 'canceled'
    case 'failed':
      if (kind === 'expired') return 'expired'
      return kind === 'job-failed' || kind === 'content-blocked' ? 'failed' : undefined
    case 'unknown':
    case 'skipped':
      return undefined
  }
}

/**
 * Keeps the files of a request's jobs up to date.
 *
 * @param file - where the file of a job goes
 * @param destination - what the files hold beside the handle
 */
export function createStartedJobs(
  file: (handle: JobHandle) => string,
  destination: Pick<JobFile, 'portfolio' | 'output'>,
  now: () => number,
): StartedJobs {
  const jobs = new Map<string, JobFile>()
  const write = (path: string, job: JobFile) => {
    jobs.set(path, job)
    writeJobFile(path, job)
  }
  const keep = (handle: JobHandle) => {
    const path = file(handle)
    write(path, { version: 1, handle, ...destination })
    return path
  }
  const end = (path: string, state: Ending | undefined) => {
    const job = jobs.get(path)
    if (job === undefined || state === undefined) return
    write(path, { ...job, outcome: { state, at: new Date(now()).toISOString() } })
  }
  /** A file of several jobs has ended when its own request has. */
  const followTrail = (trail: readonly TrailEntry[]) => {
    for (const [path, { handle }] of jobs) {
      const [only, ...others] = vendorJobs(handle)
      if (only === undefined || others.length > 0) continue
      const step = trail.find(
        (one) => one.handle !== undefined && vendorJobs(one.handle).some((job) => isSame(job, only)),
      )
      if (step !== undefined) end(path, endingOfStep(step))
    }
  }
  const open = () => [...jobs].flatMap(([path, { outcome }]) => (outcome === undefined ? [path] : []))
  return {
    keep,
    open,
    ended: (handle, ending) => end(file(handle), ending),
    succeeded({ handle, trail }) {
      followTrail(trail)
      const path = keep(handle)
      end(path, 'succeeded')
      return path
    },
    failed(error) {
      followTrail(error.trail ?? [])
      const [only, ...others] = jobs.keys()
      if (only !== undefined && others.length === 0) end(only, endingOfError(error))
    },
  }
}
