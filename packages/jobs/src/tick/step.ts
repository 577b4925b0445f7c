import type { Tx } from '../database/database.js'
import type { Job } from '../job.js'
import type { Lease, Patch } from '../store/store.js'

/** A lease on a job that is in one state. */
export interface LeaseIn<State extends Job['state']> extends Lease {
  readonly job: Extract<Job, { readonly state: State }>
}

/** Whether the job is in that state. */
export function isIn<State extends Job['state']>(lease: Lease, state: State): lease is LeaseIn<State> {
  return lease.job.state === state
}

/** How a tick ends: what is written as the lease is given back, and when the job is due next. */
export interface Step {
  readonly lease: Lease
  readonly patch: Patch
  /** Milliseconds since the epoch. Of no effect where the job ends. */
  readonly at: number
  /** What else belongs to the same transaction. */
  readonly also?: ((tx: Tx) => Promise<void>) | undefined
}
