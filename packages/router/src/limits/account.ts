import type { TargetLimits } from '../strategy/types.js'
import type { Breaker } from './breaker.js'
import { jobsObstacle, rateObstacle } from './obstacles.js'
import type { LimitObstacle, PermitOutcome } from './types.js'
import { freeAt, outsideWindow } from './window.js'

/** A place that is taken. */
export interface Lease {
  /** Milliseconds since the epoch: when it counts as given back. */
  readonly until: number
  /** The breaker's. */
  readonly turn: number
  /** Taken in another process, so that nobody here will give it back. */
  readonly foreign: boolean
}

/** What one account has at work and has sent. Nothing here waits. */
export interface Account {
  readonly key: string
  readonly breaker: Breaker
  readonly leases: readonly Lease[]
  /** Times of the paid requests of the last minute, in order. */
  readonly sent: readonly number[]
  /** Gives back what ran out. */
  expire(now: number): void
  /** Why there is no place, with `ahead` others to be served before. */
  occupied(limits: TargetLimits, now: number, ahead: number): LimitObstacle | undefined
  /** Takes a place, for a paid request that is sent now. */
  take(leaseMs: number, now: number): Lease
  giveBack(lease: Lease, outcome: PermitOutcome, now: number): void
}

/** An account as it was left. */
export function createAccount(
  key: string,
  breaker: Breaker,
  initial: { readonly leases: readonly Lease[]; readonly sent: readonly number[] },
): Account {
  let { leases } = initial
  const sent = [...initial.sent]

  return {
    key,
    breaker,
    get leases() {
      return leases
    },
    sent,
    expire(now) {
      const expired = leases.filter(({ until }) => until <= now)
      if (expired.length === 0) return
      leases = leases.filter(({ until }) => until > now)
      for (const { turn } of expired) breaker.report(turn, 'neutral', now)
    },
    occupied({ concurrentJobs, requestsPerMinute }, now, ahead) {
      const jobs = leases.length + ahead
      if (concurrentJobs !== undefined && jobs >= concurrentJobs) return jobsObstacle(key, jobs, concurrentJobs)
      if (requestsPerMinute === undefined) return undefined
      const at = freeAt(sent, requestsPerMinute, now, ahead)
      return at > now ? rateObstacle(key, requestsPerMinute, at) : undefined
    },
    take(leaseMs, now) {
      const lease = { until: now + leaseMs, turn: breaker.admit(now), foreign: false }
      leases = [...leases, lease]
      sent.splice(0, outsideWindow(sent, now))
      sent.push(now)
      return lease
    },
    giveBack(lease, outcome, now) {
      leases = leases.filter((other) => other !== lease)
      breaker.report(lease.turn, outcome, now)
    },
  }
}
