import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.js'
import type { GenerationStatus } from '../generate.js'
import { oneImage, testClock, testHandle, testProvider } from './test-provider.js'
import { createWakeups } from './wakeups.js'
import { waitForJob, watch } from './watch.js'

/** Sleeps until it is aborted: only a callback or the caller ends it. */
function endlessClock(): Clock {
  const { now } = testClock()
  return {
    now,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        if (signal?.aborted) reject(signal.reason)
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  }
}

const callback = { provider: 'test', jobId: 'job' }

describe('a callback', () => {
  it('that comes while the status is being read makes the loop ask again at once', async () => {
    const clock = endlessClock()
    const wakeups = createWakeups()
    let asked = 0
    const status = async (): Promise<GenerationStatus> => {
      asked += 1
      if (asked > 1) return oneImage
      // The answer was on its way already when the job ended.
      expect(wakeups.notify(callback)).toBe(true)
      return { state: 'running' }
    }
    expect(await waitForJob(testHandle(clock), testProvider({ clock, status }), { wakeups })).toEqual(oneImage)
    expect(asked).toBe(2)
    expect(wakeups.notify(callback)).toBe(false)
  })

  it('that comes while the caller looks at a status counts too, and nobody listens once the caller leaves', async () => {
    const clock = endlessClock()
    const wakeups = createWakeups()
    const provider = testProvider({ clock, status: async () => ({ state: 'running' }) })
    let seen = 0
    for await (const { state } of watch(testHandle(clock), provider, { wakeups })) {
      expect(state).toBe('running')
      seen += 1
      if (seen === 3) break
      expect(wakeups.notify(callback)).toBe(true)
    }
    expect(wakeups.notify(callback)).toBe(false)
  })

  it('wakes once: the next pause is a whole one', async () => {
    const wakeups = createWakeups()
    const clock = testClock()
    let asked = 0
    const status = async (): Promise<GenerationStatus> => {
      asked += 1
      if (asked === 1) for (let i = 0; i < 5; i += 1) wakeups.notify(callback)
      return asked === 4 ? oneImage : { state: 'running' }
    }
    await waitForJob(testHandle(clock), testProvider({ clock, status }), { wakeups })
    expect(clock.slept).toHaveLength(2)
  })
})

describe('wake-ups', () => {
  it('an abort between two pauses is noticed although callbacks are waited for', async () => {
    const clock = endlessClock()
    const controller = new AbortController()
    const provider = testProvider({ clock, status: async () => ({ state: 'running' }) })
    const waiting = waitForJob(testHandle(clock), provider, {
      wakeups: createWakeups(),
      abortSignal: controller.signal,
      onStatus: () => controller.abort(),
    })
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted', handle: { id: 'job' } })
  })

  it('unsubscribing twice does not take away what another loop waits for', () => {
    const wakeups = createWakeups()
    const job = { provider: 'test', id: 'job' }
    const first = wakeups.subscribe(job, () => {})
    first()
    let woken = 0
    wakeups.subscribe(job, () => woken++)
    first()
    expect(wakeups.notify(callback)).toBe(true)
    expect(woken).toBe(1)
  })
})
