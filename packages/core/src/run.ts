import type { Clock } from './clock.js'
import type { Attempt, CallOptions, JobHandle } from './job.js'
import type { Estimate } from './money.js'
import type { OnUnknown } from './runtime/submit.js'
import type { Wakeups } from './runtime/wakeups.js'
import type { JobStatus } from './runtime/watch.js'
import type { TrailEntry } from './trail.js'
import type { Warning } from './warning.js'

/** How to see a job through: what the everyday functions take, beside the request. */
export interface RunContext extends CallOptions {
  readonly clock: Clock
  /** For the whole of it, in milliseconds. */
  readonly timeoutMs?: number | undefined
  readonly wakeups?: Wakeups | undefined
  /** @default the provider's own setting */
  readonly onUnknown?: OnUnknown | undefined
  /** Called for each job that a vendor accepted. */
  readonly onStarted?: ((handle: JobHandle) => void) | undefined
  readonly onStatus?: ((status: JobStatus) => void) | undefined
}

/** What seeing a job through came to. A failure is thrown, with its trail. */
export interface Finished<Status> {
  /** Names all jobs that contributed; `status` of it gives the same result again, while the vendors keep it. */
  readonly handle: JobHandle
  readonly status: Extract<Status, { readonly state: 'succeeded' }>
  readonly warnings: readonly Warning[]
  readonly estimate?: Estimate | undefined
  /** Every paid request that was sent. */
  readonly attempts: readonly Attempt[]
  readonly trail: readonly TrailEntry[]
}
