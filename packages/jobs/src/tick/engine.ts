import type { Job } from '../job.js'
import type { AccountLimits, Limits } from '../limits/limits.js'
import type { Store } from '../store/store.js'
import type { Wakeups } from '../wakeups/wakeups.js'
import type { JobWork } from '../work/job-work.js'

/** What a tick works with. */
export interface Engine {
  readonly store: Store
  readonly wakeups: Wakeups
  readonly limits: Limits
  readonly work: JobWork
  limitsOf(account: string): AccountLimits
  /** Name of this process, in leases and trails. */
  readonly owner: string
  /** How long a lease lasts where nobody renews it, in milliseconds. */
  readonly leaseMs: number
  /** From 0 to 1, for spreading. */
  random(): number
  /** Tells those who watch a job. */
  changed(job: Job): void
  warn(message: string): void
}
