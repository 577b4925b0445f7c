import { ConsecutiveBreaker } from 'cockatiel'
import type { BreakerState, PermitOutcome } from './types.js'

/** A provider that fails again and again is asked at least this often, in milliseconds. */
export const longestOpenMs = 600_000

/** A breaker's answer to a request that asks to be let through. */
export interface BreakerRefusal {
  readonly state: 'open' | 'half-open'
  /** Milliseconds since the epoch; `undefined` while one request is finding out. */
  readonly until: number | undefined
  /** Milliseconds after which it is worth asking again. */
  readonly retryAfterMs: number
}

/**
 * Counts the failures of one account and decides when it is left alone. Whoever is let through gets a turn; what is
 * told with a turn of an earlier state is not counted, so that jobs from before an opening neither close nor open it.
 */
export interface Breaker {
  readonly state: BreakerState
  /** Of those who are let through as things stand. */
  readonly turn: number
  /** Why nothing may be sent now. */
  refusal(now: number): BreakerRefusal | undefined
  /** Lets one through. After an opening that is the one request that finds out. */
  admit(now: number): number
  /** How the one with this turn went. `neutral` from the one that was to find out lets another one try. */
  report(turn: number, outcome: PermitOutcome, now: number): void
}

/** @param onChange - called after each change of the state's name */
export function createBreaker(
  policy: { readonly threshold: number; readonly openMs: number },
  initial: BreakerState,
  onChange: (state: BreakerState) => void,
): Breaker {
  // Of cockatiel only the count: its policy reads the machine's clock, and has requests wait for the half-open one.
  const failures = new ConsecutiveBreaker(policy.threshold)
  let state = initial
  let turn = 0
  if (initial.state === 'closed') failures.state = initial.failures

  function change(next: BreakerState): void {
    state = next
    turn += 1
    failures.state = 0
    onChange(next)
  }

  function open(openings: number, now: number): void {
    const openMs = Math.min(longestOpenMs, policy.openMs * 2 ** (openings - 1))
    change({ state: 'open', until: now + openMs, openings })
  }

  return {
    get state(): BreakerState {
      return state.state === 'closed' ? { state: 'closed', failures: failures.state } : state
    },
    get turn() {
      return turn
    },
    refusal(now) {
      if (state.state === 'open' && now < state.until) {
        return { state: 'open', until: state.until, retryAfterMs: state.until - now }
      }
      if (state.state !== 'half-open') return undefined
      return { state: 'half-open', until: undefined, retryAfterMs: policy.openMs }
    },
    admit(now) {
      if (state.state === 'open' && now >= state.until) change({ state: 'half-open', openings: state.openings })
      return turn
    },
    report(reported, outcome, now) {
      if (reported !== turn || state.state === 'open') return
      switch (outcome) {
        case 'success':
          if (state.state === 'half-open') change({ state: 'closed', failures: 0 })
          else failures.success()
          return
        case 'failure':
          if (state.state === 'half-open') open(state.openings + 1, now)
          else if (failures.failure()) open(1, now)
          return
        case 'neutral':
          if (state.state === 'half-open') change({ state: 'open', until: now, openings: state.openings })
      }
    },
  }
}
