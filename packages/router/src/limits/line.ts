import type { Clock, LikenessError } from '@likeness/core'
import type { TargetLimits } from '../strategy/types.js'
import type { Account } from './account.js'
import { createAlarm } from './alarm.js'
import { breakerObstacle, refusal } from './obstacles.js'
import type { AcquireOptions, LimitObstacle, Permit } from './types.js'
import { createWaiter, type Waiter } from './waiter.js'

interface Place {
  readonly limits: TargetLimits
  readonly leaseMs: number
}

/** Those who want a place at one account. */
export interface Line {
  /** What a newcomer would have to wait for, or be refused for. */
  obstacle(limits: TargetLimits): LimitObstacle | undefined
  acquire(limits: TargetLimits, options: AcquireOptions): Promise<Permit>
  readonly length: number
  /** Brings everything up to the present. */
  serve(): void
}

/**
 * Serves in order of arrival. Whoever is first and finds no place waits for one to be given back, or, where time alone
 * makes room, on the clock.
 *
 * @param afterServing - called whenever the account may have changed and is consistent again
 */
export function createLine(account: Account, clock: Clock, afterServing: () => void): Line {
  const { key, breaker } = account
  const waiters: Waiter<Place>[] = []
  const alarm = createAlarm(clock, serve, (error) => {
    // A clock that fails would leave everybody waiting; they are told instead.
    for (const waiter of waiters.splice(0)) waiter.refuse(error)
  })

  function permit({ leaseMs }: Place, now: number): Permit {
    const lease = account.take(leaseMs, now)
    let released = false
    return {
      release(outcome) {
        if (released) return
        released = true
        account.giveBack(lease, outcome, clock.now())
        serve()
      },
    }
  }

  function serve(): void {
    const now = clock.now()
    account.expire(now)
    for (let first = waiters[0]; first !== undefined; first = waiters[0]) {
      const closed = breaker.refusal(now)
      if (closed === undefined && account.occupied(first.request.limits, now, 0) !== undefined) break
      waiters.shift()
      if (closed === undefined) first.serve(permit(first.request, now))
      else first.refuse(refusal(key, breakerObstacle(key, closed), closed.retryAfterMs))
    }
    alarm.set(roomAt(now))
    afterServing()
  }

  /** When time alone may make room for the first in line. Places of this process are given back by their holders. */
  function roomAt(now: number): number | undefined {
    const [first] = waiters
    const taken = first && account.occupied(first.request.limits, now, 0)
    if (taken?.limit !== 'concurrentJobs') return taken?.until
    const ends = account.leases.filter(({ foreign }) => foreign).map(({ until }) => until)
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  /** Why somebody must wait who has `ahead` others before. Also for those, where they need more than he does. */
  function occupied(limits: TargetLimits, now: number, ahead: number): LimitObstacle | undefined {
    const [first] = waiters
    const own = account.occupied(limits, now, ahead)
    return own ?? (ahead > 0 && first !== undefined ? account.occupied(first.request.limits, now, 0) : undefined)
  }

  /** The error for whoever must not wait as long as it takes. */
  function tooLong(obstacle: LimitObstacle, now: number): LikenessError {
    // A place that is taken is free at the latest when its lease ends.
    const ends = account.leases.map(({ until }) => until)
    const free = obstacle.until ?? (ends.length === 0 ? roomAt(now) : Math.min(...ends)) ?? now
    return refusal(key, obstacle, Math.max(0, free - now))
  }

  function leave(waiter: Waiter<Place>): void {
    const place = waiters.indexOf(waiter)
    if (place !== -1) waiters.splice(place, 1)
    serve()
  }

  return {
    get length() {
      return waiters.length
    },
    serve,
    obstacle(limits) {
      const now = clock.now()
      const closed = breaker.refusal(now)
      return closed === undefined ? occupied(limits, now, waiters.length) : breakerObstacle(key, closed)
    },
    acquire(limits, { abortSignal, maximumWaitMs = Number.POSITIVE_INFINITY, leaseMs }) {
      const { waiter, promise } = createWaiter<Place>({ limits, leaseMs }, clock)
      waiters.push(waiter)
      serve()
      /** What the waiter waits for; `undefined` once it waits no more. */
      const waitsFor = (now: number) => (waiter.done ? undefined : occupied(limits, now, waiters.indexOf(waiter)))
      const giveUp = (obstacle: LimitObstacle, now: number) => {
        waiter.refuse(tooLong(obstacle, now))
        leave(waiter)
      }
      const now = clock.now()
      const obstacle = waitsFor(now)
      if (obstacle === undefined) return promise
      if (maximumWaitMs === 0 || (obstacle.until ?? now) - now > maximumWaitMs) giveUp(obstacle, now)
      else {
        waiter.until(abortSignal, maximumWaitMs, {
          // Time may have made room at this very moment.
          late() {
            serve()
            const at = clock.now()
            const still = waitsFor(at)
            if (still !== undefined) giveUp(still, at)
          },
          left: () => leave(waiter),
        })
      }
      return promise
    },
  }
}
