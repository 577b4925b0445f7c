import type { Clock } from '@likeness/core'

/**
 * A clock that never goes back: where the machine's is set back by an hour, limits that hold for a minute must not hold
 * for an hour and a minute. Its times are ahead of the machine's from then on.
 */
export function forwardClock(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY
  let ahead = 0
  return {
    now() {
      const now = clock.now() + ahead
      ahead += Math.max(0, latest - now)
      latest = Math.max(latest, now)
      return latest
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}
