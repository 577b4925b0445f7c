import type { NanoUSD } from '@likeness/core'

/** How far one vendor of the plan has come. A training that several vendors share counts at each of them. */
export interface VendorProgress {
  /** Its name in the plan. */
  readonly name: string
  /** Paid requests that are over, earlier processes' included; also those that never leave since their training failed. */
  readonly done: number
  readonly total: number
  /** Of those that are over: without a result, or never sent. */
  readonly failed: number
}

/** How far a run has come. */
export interface RunProgress {
  /** Paid requests that are over, earlier processes' included; also those that never leave since their training failed. */
  readonly done: number
  readonly total: number
  /** Of those that are over: without a result, or never sent. */
  readonly failed: number
  /** In the order of the plan. */
  readonly vendors: readonly VendorProgress[]
  /** Spent for certain. */
  readonly spent: NanoUSD
  /** Spent at most: what is under way, or whose cost is unknown, counts with its upper bound. */
  readonly committed: NanoUSD
  /** Milliseconds left at the pace so far; absent until there is a pace for all that is left. */
  readonly etaMs?: number | undefined
}

/** Work of one kind at one provider: trainings take another time than pictures, and each provider its own. */
export interface Stretch {
  /** Work of a stage waits for all work of those before it. */
  readonly stage: number
  readonly left: number
  /** How many ended in this process. */
  readonly ended: number
  /** Milliseconds that they took together, side by side or one after the other. */
  readonly tookMs: number
}

/** The time that is left at the pace so far: within a stage the slowest provider counts. */
export function timeLeft(stretches: readonly Stretch[]): number | undefined {
  const open = stretches.filter(({ left }) => left > 0)
  if (open.length === 0 || open.some(({ ended }) => ended === 0)) return undefined
  const stages = Map.groupBy(open, ({ stage }) => stage)
  const slowest = [...stages.values()].map((own) =>
    Math.max(...own.map(({ left, ended, tookMs }) => (tookMs / ended) * left)),
  )
  return Math.round(slowest.reduce((sum, ms) => sum + ms, 0))
}
