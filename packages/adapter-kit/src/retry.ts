import { type Clock, type LikenessError, lazy } from '@likeness/core'
import type { Failure } from './failure.js'
import { pauseMs } from './retry-after.js'

const loadRetry = lazy(() => import('p-retry'))

let retry: typeof import('p-retry').default | undefined

/** What the retry loop needs beside the work. */
export interface RetryOptions {
  /** How often at most the work is repeated. */
  readonly maxRetries: number
  readonly clock: Clock
  readonly random: () => number
  readonly abortSignal: AbortSignal | undefined
  /** The error where the abort came during a pause. */
  readonly aborted: (reason: unknown) => LikenessError
}

/** Carries a {@link Failure} through p-retry, which looks at what is thrown. */
export class Retriable extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.error.message)
    this.failure = failure
  }
}

/**
 * The one retry loop. Work throws {@link Retriable} to be judged, anything else ends the loop.
 *
 * p-retry only counts and repeats; the pause is made in its awaited `onFailedAttempt` with the given clock, because its
 * own timer is not a parameter. It gets no signal: it would throw away an answer that arrived just before an abort.
 */
export async function withRetry<Value>(work: () => Promise<Value>, options: RetryOptions): Promise<Value> {
  retry ??= (await loadRetry()).default
  try {
    return await retry(work, {
      retries: options.maxRetries,
      minTimeout: 0,
      shouldRetry: ({ error }) => error instanceof Retriable && error.failure.resend,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof Retriable) || !error.failure.resend || retriesLeft === 0) return
        const { retryAfterMs } = error.failure.error
        try {
          await options.clock.sleep(pauseMs(attemptNumber, retryAfterMs, options.random), options.abortSignal)
        } catch (reason) {
          throw options.aborted(reason)
        }
      },
    })
  } catch (error) {
    throw error instanceof Retriable ? error.failure.error : error
  }
}
