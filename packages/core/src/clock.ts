/**
 * Where time comes from. Everything that waits or compares times takes one, so that tests can move it.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws the signal's reason as soon as `signal` aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Timers fire at once beyond this, in milliseconds (25 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. Its timers keep the process alive until they fire. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = ms
    for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await systemClock.sleep(LONGEST_TIMER_MS, signal)
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, left)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  },
}
