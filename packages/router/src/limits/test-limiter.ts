import { type Clock, LikenessError } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import type { Limiter } from './types.js'

/** Longer than any test. */
export const leaseMs = 3_600_000
/** No limits. */
export const none = {}

/** A virtual clock that tells how many sleep on it. */
export function countingClock(): Clock & { sleeping: number } {
  const clock = createVirtualClock(0)
  const counting = {
    sleeping: 0,
    now: () => clock.now(),
    async sleep(ms: number, signal?: AbortSignal) {
      counting.sleeping += 1
      try {
        await clock.sleep(ms, signal)
      } finally {
        counting.sleeping -= 1
      }
    },
  }
  return counting
}

/** Lets everything go on that can. */
export const settled = () => new Promise((resolve) => setImmediate(resolve))

/** What a promise was refused with; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<LikenessError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!LikenessError.is(error)) throw new Error('was not refused', { cause: error })
  return error
}

/** Jobs that fail one after the other. */
export async function failTimes(limiter: Limiter, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) (await limiter.acquire('fal', none, { leaseMs })).release('failure')
}
