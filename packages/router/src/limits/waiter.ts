import { type Clock, LikenessError } from '@likeness/core'
import type { Permit } from './types.js'

/** Someone in line. Once it is served, refused or gone, nothing of it is left: no timer, no listener. */
export interface Waiter<Request> {
  readonly request: Request
  /** Whether it waits no more. */
  readonly done: boolean
  serve(permit: Permit): void
  refuse(error: unknown): void
  /** Calls `late` after `ms`; refuses it when the signal fires, and calls `left`. */
  until(
    abortSignal: AbortSignal | undefined,
    ms: number,
    on: { readonly late: () => void; readonly left: () => void },
  ): void
}

/** A waiter, and the promise of its permit. */
export function createWaiter<Request>(request: Request, clock: Clock) {
  const { promise, resolve, reject } = Promise.withResolvers<Permit>()
  let ended: AbortController | undefined
  let done = false
  const end = () => {
    done = true
    ended?.abort()
  }
  const waiter: Waiter<Request> = {
    request,
    get done() {
      return done
    },
    serve(permit) {
      end()
      resolve(permit)
    },
    refuse(error) {
      end()
      reject(error)
    },
    until(abortSignal, ms, { late, left }) {
      ended = new AbortController()
      const { signal } = ended
      const leave = (error: unknown) => {
        waiter.refuse(error)
        left()
      }
      abortSignal?.addEventListener('abort', () => leave(aborted(abortSignal)), { once: true, signal })
      if (ms === Number.POSITIVE_INFINITY) return
      clock.sleep(ms, signal).then(
        () => (done ? undefined : late()),
        // A failure other than the end of this waiter is the clock's, and must not go unseen.
        (error: unknown) => (done ? undefined : leave(error)),
      )
    },
  }
  return { waiter, promise }
}

/** What a caller gets that stopped waiting. */
export function aborted(signal: AbortSignal): LikenessError {
  const message = 'Aborted while waiting for a free place; nothing was sent.'
  return new LikenessError({ kind: 'aborted', message, cause: signal.reason })
}
