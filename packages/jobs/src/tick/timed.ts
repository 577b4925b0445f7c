import { type Clock, LikenessError } from '@likeness/core'

/** How long a call that was aborted may take to notice, in milliseconds. */
const noticeMs = 2_000

/** How long a call may take, and what to do with an answer that comes later. */
export interface TimedOptions<Value> {
  readonly clock: Clock
  readonly ms: number
  readonly signal: AbortSignal
  readonly operation: string
  readonly onLate?: ((value: Value) => void) | undefined
}

/**
 * Calls the work, no longer than `ms` milliseconds, whether or not it heeds its signal.
 *
 * @throws what the work throws; LikenessError `timeout`, or `aborted` where the signal was; both billed `maybe`
 */
export async function timed<Value>(
  call: (signal: AbortSignal) => Promise<Value>,
  { clock, ms, signal, operation, onLate }: TimedOptions<Value>,
): Promise<Value> {
  const inner = new AbortController()
  const over = new AbortController()
  const abort = () => inner.abort(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  let settled = false

  const answer = Promise.resolve()
    .then(() => call(inner.signal))
    .then((value) => {
      if (settled) onLate?.(value)
      return value
    })
  // Where it comes too late, nobody is there to hear of its failure.
  answer.catch(() => {})

  async function limit(): Promise<never> {
    await Promise.race([clock.sleep(ms, over.signal), aborted(inner.signal, over.signal)])
    const timedOut = !inner.signal.aborted
    inner.abort(new DOMException(`${operation} took too long`, 'TimeoutError'))
    await clock.sleep(noticeMs, over.signal)
    const message = timedOut ? `${operation} had no answer after ${ms} ms.` : `${operation} was aborted.`
    throw new LikenessError({
      kind: timedOut ? 'timeout' : 'aborted',
      message,
      operation,
      retry: 'later',
      billed: 'maybe',
    })
  }

  const limited = limit()
  limited.catch(() => {})
  try {
    return await Promise.race([answer, limited])
  } finally {
    settled = true
    over.abort()
    signal.removeEventListener('abort', abort)
  }
}

/** Resolves when the one signal aborts, or never once the other has. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over })
  })
}
