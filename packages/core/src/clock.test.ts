import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('systemClock', () => {
  it('sleeps longer than one timer can', async () => {
    let awake = false
    const sleeping = systemClock.sleep(2 ** 31 + 1_000).then(() => {
      awake = true
    })
    await vi.advanceTimersByTimeAsync(2 ** 31)
    expect(awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1_000)
    await sleeping
    expect(awake).toBe(true)
  })

  it('stops for its signal with the reason, and leaves no timer', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleeping = systemClock.sleep(10_000, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(systemClock.sleep(10_000, controller.signal)).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })
})
