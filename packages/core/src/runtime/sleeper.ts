import type { Clock } from '../clock.js'
import type { JobHandle } from '../job.js'
import type { Wakeups } from './wakeups.js'

/** The pauses of one poll loop, which callbacks cut short. */
export interface Sleeper {
  /**
   * Sleeps until the time has come or a callback names the job; not at all where one has since the last `rest`.
   *
   * @throws the signal's reason as soon as `signal` aborts
   */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>
  /** Forgets the callbacks so far, right before their job is asked about. Returns whether there were any. */
  rest(): boolean
  /** Stops listening to callbacks. */
  close(): void
}

/** Listens from the start and not only while it sleeps: a callback may come while a status is being read. */
export function createSleeper(clock: Clock, handle: JobHandle, wakeups: Wakeups | undefined): Sleeper {
  let called = false
  let wake: (() => void) | undefined
  const unsubscribe = wakeups?.subscribe(handle, () => {
    called = true
    wake?.()
  })
  return {
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      if (called) return
      if (wakeups === undefined) return clock.sleep(ms, signal)
      const awake = new AbortController()
      const onAbort = () => awake.abort(signal?.reason)
      wake = () => awake.abort()
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        await clock.sleep(ms, awake.signal)
      } catch (error) {
        if (signal?.aborted || !awake.signal.aborted) throw error
      } finally {
        wake = undefined
        signal?.removeEventListener('abort', onAbort)
      }
    },
    rest() {
      const before = called
      called = false
      return before
    },
    close: () => unsubscribe?.(),
  }
}
