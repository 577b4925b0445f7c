import type { NanoUSD } from '@likeness/core'

/** How far a run has come. */
export interface RunProgress {
  /** Paid requests with an outcome, earlier processes' included. */
  readonly done: number
  readonly total: number
  /** Spent for certain. */
  readonly spent: NanoUSD
  /** Spent at most: what is under way, or whose cost is unknown, counts with its upper bound. */
  readonly committed: NanoUSD
  /** Milliseconds left at the pace so far; absent until something has ended here. */
  readonly etaMs?: number | undefined
}

/** Guesses the time that is left from what ended since `startedAt`. */
export function timeLeft(startedAt: number, now: number, ended: number, left: number): number | undefined {
  return ended === 0 ? undefined : Math.round(((now - startedAt) / ended) * left)
}
