import type { SchedulingClock } from './clock.js'
import type { Timers } from './vendor.js'

/** A vendor's timers, all of which can be cancelled at once. Errors of tasks go to `onError`. */
export function createTimers(
  clock: SchedulingClock,
  onError: (error: unknown) => void,
): Timers & { cancelAll(): void } {
  const cancellations = new Set<() => void>()
  return {
    after(ms, task) {
      const unschedule = clock.schedule(clock.now() + ms, async () => {
        cancellations.delete(cancel)
        try {
          await task()
        } catch (error) {
          onError(error)
        }
      })
      const cancel = () => {
        cancellations.delete(cancel)
        unschedule()
      }
      cancellations.add(cancel)
      return cancel
    },
    cancelAll() {
      for (const cancel of [...cancellations]) cancel()
    },
  }
}
