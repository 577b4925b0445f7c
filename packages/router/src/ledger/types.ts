import type { Cost, Estimate, JobHandle, JobKind, NanoUSD } from '@likeness/core'

/**
 * Where the money of one paid request stands. `reserved`: about to be sent; `accepted`: the vendor took it; `settled`: its
 * cost is known; `refunded`: it certainly costs nothing; `unknown`: it may have cost something, and nobody can say what.
 */
export type LedgerState = 'reserved' | 'accepted' | 'settled' | 'refunded' | 'unknown'

/** What a paid request is for. */
export interface LedgerSubject {
  readonly kind: JobKind
  /** `Provider.id`. */
  readonly provider: string
  /** Name of the router's target. */
  readonly target?: string | undefined
  /** Key of the paid request itself. */
  readonly idempotencyKey: string
  /** Key of the request that the caller made; several paid requests may serve it. */
  readonly request: string
  /** Why it is sent: as in a trail. */
  readonly role?: 'first' | 'part' | 'retry' | 'fallback' | 'hedge' | undefined
  /** Name of the run it belongs to. */
  readonly run?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The app's name of the subject, else its class name. */
  readonly subject?: string | undefined
  /** The vendor's id of the model that is applied; on generations. */
  readonly model?: string | undefined
  /** Pictures asked for; on generations. */
  readonly n?: number | undefined
  readonly estimate?: Estimate | undefined
}

/** One paid request in the ledger. Plain JSON; no prompt, no picture, no key. */
export interface LedgerEntry extends LedgerSubject {
  readonly id: string
  /** ISO 8601: when it was reserved. */
  readonly at: string
  /** ISO 8601: when its state changed last. */
  readonly changedAt: string
  readonly state: LedgerState
  /** Upper bound of the estimate; absent where no price is known. */
  readonly reserved?: NanoUSD | undefined
  /** The vendor's id of the job, once accepted. */
  readonly jobId?: string | undefined
  /** The job itself, so that what it made can be found and deleted later. */
  readonly handle?: JobHandle | undefined
  /** What it cost, once settled. */
  readonly cost?: Cost | undefined
  /** Why it was refunded, or is unknown. */
  readonly reason?: string | undefined
}

/**
 * Money set aside for one paid request. From `reserved` every state can be reached, from `accepted` and `unknown` all but
 * `reserved`; `settled` and `refunded` are final. Telling the same again changes nothing, so that two processes may see
 * one job through. Each method resolves once the change is kept.
 *
 * @throws Error naming both states, where one does not lead to the other: a programming mistake
 */
export interface Reservation {
  readonly entry: LedgerEntry
  /** The vendor took it. */
  accept(handle: JobHandle): Promise<void>
  /** Its cost is known, also where it is more than was reserved; `undefined` makes it `unknown`, unless its end is known already. */
  settle(cost: Cost | undefined, reason?: string): Promise<void>
  /** It certainly costs nothing. */
  refund(reason: string): Promise<void>
  /** It may have cost something. What was reserved stays counted. */
  unknown(reason: string): Promise<void>
}

/** Most that may be spent. */
export interface Budget {
  readonly name: string
  readonly limitUSD: number
  /**
   * In one run, in a calendar hour, day or month (UTC), or ever. A request counts for the time at which it was reserved,
   * whenever it is settled. Requests that belong to no run count together, as one.
   */
  readonly per: 'run' | 'hour' | 'day' | 'month' | 'ever'
  /** Only requests that have all these tags; `*` counts each value of the tag by itself. @default all requests */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Requests whose price is unknown: refused, or let through and visible as such. @default 'refuse' */
  readonly unpriced?: 'refuse' | 'allow' | undefined
}

/** How a budget stands for one run, period and tag value. */
export interface BudgetUse {
  readonly budget: string
  /** Which of them: `2026-11`, `customer=acme`, the run's name. */
  readonly scope: string
  readonly limit: NanoUSD
  /** Settled. */
  readonly spent: NanoUSD
  /** Reserved, accepted, or unknown. */
  readonly held: NanoUSD
  /** Paid requests that may have cost something and have no figure at all. */
  readonly unpriced: number
}

/** The record of what was estimated, reserved and paid. */
export interface Ledger {
  /**
   * Sets money aside before a paid request; in one step with the check of all budgets, so that no number of concurrent
   * requests overshoots them. Resolves once the entry is kept.
   *
   * @throws LikenessError `budget-exceeded`, naming the budget, what is left and what was asked for
   */
  reserve(subject: LedgerSubject): Promise<Reservation>
  /** The same check, without setting anything aside: `undefined` where the request would be let through. */
  obstacle(subject: LedgerSubject): string | undefined
  /** The open entry of a job that was accepted here or in another process. */
  find(provider: string, jobId: string): Reservation | undefined
  /**
   * The open entry of a paid request that no job is known of: the answer to its submit was lost, or its process ended.
   * The latest, where the same key was sent more than once.
   */
  findRequest(provider: string, idempotencyKey: string): Reservation | undefined
  /** The open entry with this id: what stayed `unknown`, or was left by a process that ended, can be settled by hand. */
  reservation(id: string): Reservation | undefined
  /** Finished entries that were in it and no longer are. */
  readonly forgotten: number
  /** In the order they were reserved. */
  entries(): readonly LedgerEntry[]
  /** Every budget as it stands: now, and for each run, period and tag value that something was reserved for. */
  budgets(): readonly BudgetUse[]
  /** Resolves when all that was told is kept. */
  flush(): Promise<void>
}
