import { setTimeout as delay } from 'node:timers/promises'

/** Time as the emulator sees it; structurally the same as the core package's clock. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with `signal.reason` when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A clock that can also run tasks at a given time, without being moved by them. */
export interface SchedulingClock extends EmulatorClock {
  /** Runs the task once the clock has reached `dueAt`. Returns its cancellation. */
  schedule(dueAt: number, task: () => void | Promise<void>): () => void
  /**
   * Keeps a clock that could run ahead from moving until the work is done: drawing a picture takes this machine a moment, in
   * which others would poll for hours. The work must not wait on the clock. @default time goes on
   */
  hold?<Value>(work: Promise<Value>): Promise<Value>
}

/** See {@link SchedulingClock.hold}. */
export async function holding<Value>(clock: SchedulingClock, work: Promise<Value>): Promise<Value> {
  return await (clock.hold?.(work) ?? work)
}

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const longestTimeout = 2 ** 31 - 1

/** The wall clock. Scheduled tasks do not keep the process alive. */
export function systemClock(): SchedulingClock {
  return {
    now: () => Date.now(),
    async sleep(ms, signal) {
      try {
        await delay(Math.min(Math.max(0, ms), longestTimeout), undefined, signal === undefined ? {} : { signal })
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        throw error
      }
    },
    schedule(dueAt, task) {
      const timer = setTimeout(() => void task(), Math.min(Math.max(0, dueAt - Date.now()), longestTimeout))
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}

/** Gives any clock a `schedule`, by sleeping where it has none. */
export function withSchedule(clock: EmulatorClock | SchedulingClock): SchedulingClock {
  if ('schedule' in clock) return clock
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    schedule(dueAt, task) {
      const cancellation = new AbortController()
      clock.sleep(Math.max(0, dueAt - clock.now()), cancellation.signal).then(task, (error: unknown) => {
        if (!cancellation.signal.aborted) throw error
      })
      return () => cancellation.abort()
    },
  }
}
