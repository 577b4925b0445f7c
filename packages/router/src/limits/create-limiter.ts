import type { Clock, JsonValue } from '@likeness/core'
import { tell } from '@likeness/core/runtime'
import { type Account, createAccount } from './account.js'
import { createBreaker, longestOpenMs } from './breaker.js'
import { forwardClock } from './forward-clock.js'
import { type AccountState, readState, writeState } from './limiter-state.js'
import { createLine, type Line } from './line.js'
import { checkAcquire, checkFields } from './obstacles.js'
import type { BreakerPolicy, BreakerState, Limiter } from './types.js'
import { aborted } from './waiter.js'

export interface LimiterSettings {
  readonly clock: Clock
  readonly breaker?: BreakerPolicy | undefined
  /** Of another limiter, to go on from. Jobs that it had at work keep their places until their leases end. */
  readonly state?: JsonValue | undefined
}

const fresh: AccountState = { breaker: { state: 'closed', failures: 0 }, leases: [], sent: [] }

/** A half-open breaker of which nobody knows who is finding out lets the next one try. */
function initialBreaker({ breaker, leases }: AccountState): BreakerState {
  if (breaker.state !== 'half-open' || leases.some(({ probe }) => probe === true)) return breaker
  return { state: 'open', until: 0, openings: breaker.openings }
}

/**
 * A limiter of one process, in memory.
 *
 * @throws LikenessError `invalid-request` naming the field of the policy or the state that is wrong
 */
export function createLimiter({ clock: given, breaker: policy = {}, state }: LimiterSettings): Limiter {
  const clock = forwardClock(given)
  const { threshold = 5, openMs = 30_000 } = policy
  checkFields([
    [
      'breaker.threshold',
      threshold,
      (value) => Number.isSafeInteger(value) && value >= 1,
      'must be a whole number of at least 1',
    ],
    [
      'breaker.openMs',
      openMs,
      (value) => value > 0 && value <= longestOpenMs,
      `must be more than 0 and at most ${longestOpenMs}`,
    ],
  ])
  const listeners = new Map<symbol, (key: string, state: BreakerState) => void>()
  const lines = new Map<string, { readonly account: Account; readonly line: Line }>()

  function open(key: string, initial: AccountState) {
    const changes: BreakerState[] = []
    const breaker = createBreaker({ threshold, openMs }, initialBreaker(initial), (changed) => changes.push(changed))
    const leases = initial.leases.map(({ until, probe }) => ({ until, turn: probe ? breaker.turn : -1, foreign: true }))
    const account = createAccount(key, breaker, { leases, sent: initial.sent })
    // Told late, when the account is consistent again: a listener may ask this limiter.
    const line = createLine(account, clock, () => {
      for (let next = changes.shift(); next !== undefined; next = changes.shift()) {
        for (const listener of listeners.values()) tell((changed: BreakerState) => listener(key, changed), next)
      }
    })
    const opened = { account, line }
    lines.set(key, opened)
    return opened
  }

  const at = (key: string) => lines.get(key) ?? open(key, fresh)
  if (state !== undefined) for (const [key, initial] of readState(state)) open(key, initial)

  return {
    obstacle(key, limits) {
      const { line } = at(key)
      line.serve()
      return line.obstacle(limits)
    },
    async acquire(key, limits, options) {
      checkAcquire(limits, options)
      if (options.abortSignal?.aborted) throw aborted(options.abortSignal)
      return at(key).line.acquire(limits, options)
    },
    busy(key) {
      const { account, line } = at(key)
      line.serve()
      return account.leases.length + line.length
    },
    subscribe(listener) {
      const key = Symbol('listener')
      listeners.set(key, listener)
      return () => void listeners.delete(key)
    },
    state: () => writeState([...lines.values()].map(({ account }) => account)),
  }
}
