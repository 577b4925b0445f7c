import type { Clock } from '@likeness/core'

/** One wake-up call on a clock, that can be moved. */
export interface Alarm {
  /** Milliseconds since the epoch; `undefined` switches it off, and nothing is left of it. */
  set(at: number | undefined): void
}

/** @param fail - called with what the clock threw */
export function createAlarm(clock: Clock, ring: () => void, fail: (error: unknown) => void): Alarm {
  let current: { readonly at: number; readonly off: AbortController } | undefined
  return {
    set(at) {
      if (current?.at === at) return
      current?.off.abort()
      current = undefined
      if (at === undefined) return
      const set = { at, off: new AbortController() }
      current = set
      clock.sleep(Math.max(0, at - clock.now()), set.off.signal).then(
        () => {
          if (current !== set) return
          current = undefined
          ring()
        },
        (error: unknown) => {
          if (!set.off.signal.aborted) fail(error)
        },
      )
    },
  }
}
