import type { Tx } from '../database/database.js'

/** What one vendor account allows. */
export interface AccountLimits {
  /** Jobs that are being submitted or running at the same time. @default no limit */
  readonly concurrentJobs?: number | undefined
  /** Paid requests: at most `count` in any `perMs` milliseconds, evenly spread. @default no limit */
  readonly submits?: Rate | undefined
  /** Questions about jobs. @default no limit */
  readonly polls?: Rate | undefined
}

/** At most `count + burst` in any `perMs` milliseconds. */
export interface Rate {
  readonly count: number
  readonly perMs: number
  /** How many may come at once. @default 1 */
  readonly burst?: number | undefined
}

/** What a rate is counted for. */
export type Rated = 'submit' | 'poll'

/** Strict over all processes on one database: one row for each account. */
export interface Limits {
  /**
   * Takes one of what the rate allows. Returns 0, or how long to wait, in milliseconds, with nothing taken. The
   * account's row stays locked until the transaction ends, where there is a rate.
   */
  take(account: string, what: Rated, rate: Rate | undefined, tx: Tx): Promise<number>
  /** Whether the account has a place for one more job, by counting rows; locks the account's row. */
  hasPlace(account: string, concurrentJobs: number | undefined, tx: Tx): Promise<boolean>
  /** The vendor refuses: nothing is taken from this rate until then. */
  block(account: string, what: Rated, until: number, tx: Tx): Promise<void>
}
