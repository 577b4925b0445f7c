import type { Clock } from '@likeness/core'
import type { JobId } from '../job.js'

/** The ticks of this process that have not ended. */
export interface InFlight {
  readonly size: number
  has(job: JobId): boolean
  /** Runs a tick, unless one of the same job runs. Resolves when it has ended, whatever came of it. */
  run(job: JobId, tick: (job: JobId) => Promise<void>): Promise<void>
  /** Resolves when the job's tick has ended, or at once where it has none. */
  settledJob(job: JobId): Promise<void>
  /** Resolves when one of them has ended. */
  settledOne(): Promise<void>
  /** Resolves when all have ended, or after so many milliseconds. */
  settled(ms: number): Promise<void>
}

/** @param onError - what a tick threw: the database's failure */
export function createInFlight(clock: Clock, onError: (job: JobId, error: unknown) => void): InFlight {
  const running = new Map<JobId, Promise<void>>()
  return {
    get size() {
      return running.size
    },
    has: (job) => running.has(job),
    run(job, tick) {
      const known = running.get(job)
      if (known !== undefined) return known
      const run = tick(job)
        .catch((error: unknown) => onError(job, error))
        .finally(() => running.delete(job))
      running.set(job, run)
      return run
    },
    settledJob: (job) => running.get(job) ?? Promise.resolve(),
    settledOne: () => Promise.race(running.values()),
    async settled(ms) {
      if (running.size === 0) return
      const over = new AbortController()
      const limit = clock.sleep(ms, over.signal).catch(() => {})
      await Promise.race([Promise.all(running.values()), limit])
      over.abort()
    },
  }
}
