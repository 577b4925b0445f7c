import type { Tx } from '../database/database.js'
import type { JobId } from '../job.js'

/**
 * Sees to it that jobs are looked at when they are due. The time itself is in the job's row (`due`), and decided there;
 * an adapter carries it. Wakes come at least once, and may come early or twice.
 */
export interface Wakeups {
  /**
   * Begins to call `tick` for jobs that are due. `tick` does not throw because of a job; what it throws is the
   * database's.
   */
  start(tick: (job: JobId) => Promise<void>): Promise<void>
  /** The job's row now says that it is due then. Called within the transaction that wrote it. */
  arm(job: JobId, at: number, tx: Tx): Promise<void>
  /** The job is at rest. */
  disarm(job: JobId, tx: Tx): Promise<void>
  /** Takes no more jobs, and waits for those at hand, at most `graceMs` milliseconds. */
  stop(graceMs: number): Promise<void>
}
