import type { JsonValue } from '@likeness/core'
import type { TargetLimits } from '../strategy/types.js'

/** When a provider that keeps failing is left alone. */
export interface BreakerPolicy {
  /** Failures in a row that open it. @default 5 */
  readonly threshold?: number | undefined
  /** How long it stays open before one request may try again, in milliseconds. @default 30_000, doubled each time it fails again, at most 10 minutes */
  readonly openMs?: number | undefined
}

/** `closed`: in use. `open`: left alone until `until`. `half-open`: one request is finding out. */
export type BreakerState =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly until: number; readonly openings: number }
  | { readonly state: 'half-open'; readonly openings: number }

/** Why a target cannot be used now. */
export interface LimitObstacle {
  readonly limit: 'breaker' | 'concurrentJobs' | 'requestsPerMinute'
  readonly message: string
  /** Milliseconds since the epoch: when it may be tried again, where that is known. */
  readonly until?: number | undefined
}

/** How a permitted job went, as far as the provider's health is concerned. `neutral`: it says nothing about it. */
export type PermitOutcome = 'success' | 'failure' | 'neutral'

/** The right to have one job at work. */
export interface Permit {
  /** Gives it back, and tells the breaker. Later calls do nothing. */
  release(outcome: PermitOutcome): void
}

export interface AcquireOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** Longest wait for a free place, in milliseconds. @default Infinity */
  readonly maximumWaitMs?: number | undefined
  /** A permit that is not given back by then counts as given back when somebody asks next, in milliseconds from now. */
  readonly leaseMs: number
}

/**
 * Keeps one account's limits and its breaker. The router knows no more than this, so that a store shared by several
 * processes can take its place. A key names one account: the `Provider.id`.
 */
export interface Limiter {
  /** Why a job would have to wait or could not be sent, as it stands now. Waits for nothing. */
  obstacle(key: string, limits: TargetLimits): LimitObstacle | undefined
  /**
   * Waits for a place in order of arrival; a paid request may then be sent at once.
   *
   * @throws LikenessError `unavailable` while the breaker is open, `rate-limited` past `maximumWaitMs`, both not billed
   * and with `retryAfterMs`; `aborted`
   */
  acquire(key: string, limits: TargetLimits, options: AcquireOptions): Promise<Permit>
  /** Jobs at work and waiting. */
  busy(key: string): number
  /** Tells each change of a breaker; returns how to stop. What a listener throws becomes a process warning. */
  subscribe(listener: (key: string, state: BreakerState) => void): () => void
  /** All of it, as JSON: hand it back to go on in another process. */
  state(): JsonValue
}
