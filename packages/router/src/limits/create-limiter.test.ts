import { getEventListeners } from 'node:events'
import { createVirtualClock } from '@likeness/emulator'
import { describe, expect, it } from 'vitest'
import { createLimiter } from './create-limiter.js'
import { countingClock, leaseMs, none, refusal, settled } from './test-limiter.js'
import type { Permit } from './types.js'

describe('concurrentJobs', () => {
  it('serves in order of arrival, as places are given back', async () => {
    const clock = countingClock()
    const limiter = createLimiter({ clock })
    const order: number[] = []
    const permits: Permit[] = []
    const waiting = [0, 1, 2, 3, 4].map(async (number) => {
      const permit = await limiter.acquire('fal', { concurrentJobs: 2 }, { leaseMs })
      order.push(number)
      permits.push(permit)
    })
    await settled()
    expect([order, limiter.busy('fal'), clock.sleeping]).toEqual([[0, 1], 5, 0])
    expect(limiter.obstacle('fal', { concurrentJobs: 4 })?.message).toBe('fal: 5 jobs at work or waiting, of 4 at once')
    permits[1]?.release('success')
    permits[1]?.release('success')
    // Whoever comes when a place was just given back does not overtake.
    const newcomer = limiter.acquire('fal', { concurrentJobs: 2 }, { leaseMs }).then(() => order.push(9))
    await settled()
    expect([order, limiter.busy('fal')]).toEqual([[0, 1, 2], 5])
    for (let index = 0; index < 5; index += 1) {
      permits[index]?.release('neutral')
      await settled()
    }
    await Promise.all([...waiting, newcomer])
    expect([order, limiter.busy('fal'), clock.now()]).toEqual([[0, 1, 2, 3, 4, 9], 1, 0])
  })

  it('keeps accounts apart', async () => {
    const limiter = createLimiter({ clock: createVirtualClock() })
    await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs })
    await limiter.acquire('astria', { concurrentJobs: 1 }, { leaseMs })
    expect(limiter.obstacle('fal', { concurrentJobs: 1 })).toEqual({
      limit: 'concurrentJobs',
      message: 'fal: 1 jobs at work or waiting, of 1 at once',
    })
    expect(limiter.obstacle('fal', { concurrentJobs: 2 })).toBeUndefined()
  })

  it('takes a lease that ran out as given back, when somebody looks', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock })
    const old = await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs: 100 })
    const waiting = limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs: 100 })
    await clock.advance(99)
    expect(limiter.busy('fal')).toBe(2)
    await clock.advance(1)
    expect(limiter.busy('fal')).toBe(1)
    await waiting
    old.release('success')
    expect(limiter.busy('fal')).toBe(1)
  })
})

describe('requestsPerMinute', () => {
  it('sleeps exactly until there is room', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock })
    const times: number[] = []
    for (let request = 0; request < 7; request += 1) {
      const permit = await limiter.acquire('segmind', { requestsPerMinute: 3 }, { leaseMs })
      times.push(clock.now())
      permit.release('success')
      if (request === 0) await clock.sleep(10_000)
    }
    expect(times).toEqual([0, 10_000, 10_000, 60_000, 70_000, 70_000, 120_000])
    expect(limiter.obstacle('segmind', { requestsPerMinute: 3 })).toEqual({
      limit: 'requestsPerMinute',
      message: 'segmind: its 3 requests per minute are used up until 1970-01-01T00:02:10.000Z',
      until: 130_000,
    })
    expect(limiter.obstacle('segmind', { requestsPerMinute: Number.POSITIVE_INFINITY })).toBeUndefined()
  })
})

describe('waiting', () => {
  it('is refused at once where the place is known to come too late', async () => {
    const clock = countingClock()
    const limiter = createLimiter({ clock })
    await limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs })
    const error = await refusal(
      limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs, maximumWaitMs: 59_999 }),
    )
    expect(error).toMatchObject({ kind: 'rate-limited', billed: 'no', retryAfterMs: 60_000, provider: 'segmind' })
    expect([clock.now(), clock.sleeping, limiter.busy('segmind')]).toEqual([0, 0, 1])
    // The next minute is the first waiter's, so that a third one's place comes in the minute after.
    const second = limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs })
    const third = refusal(limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs, maximumWaitMs: 100_000 }))
    expect((await third).retryAfterMs).toBe(120_000)
    await second
    expect(clock.now()).toBe(60_000)
  })

  it('is given up after the longest wait, and leaves nothing behind', async () => {
    const clock = countingClock()
    const limiter = createLimiter({ clock })
    const { signal } = new AbortController()
    const first = await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs: 9_000 })
    const at = (maximumWaitMs: number) =>
      refusal(limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs, maximumWaitMs, abortSignal: signal }))
    const atOnce = at(0)
    expect([limiter.busy('fal'), clock.sleeping]).toEqual([1, 0])
    expect(await atOnce).toMatchObject({ kind: 'rate-limited', billed: 'no', retryAfterMs: 9_000 })
    expect(clock.now()).toBe(0)
    expect(await at(500)).toMatchObject({ kind: 'rate-limited', retryAfterMs: 8_500 })
    expect([clock.now(), clock.sleeping, limiter.busy('fal')]).toEqual([500, 0, 1])
    expect(getEventListeners(signal, 'abort')).toEqual([])
    first.release('success')
    await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs })
    expect(clock.now()).toBe(500)
  })

  it('ends with its signal, and leaves nothing behind', async () => {
    const clock = countingClock()
    const limiter = createLimiter({ clock })
    const controller = new AbortController()
    const options = { leaseMs, abortSignal: controller.signal, maximumWaitMs: 1e9 }
    const limits = { concurrentJobs: 1 }
    const first = await limiter.acquire('fal', limits, options)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    const left = refusal(limiter.acquire('fal', limits, options))
    const behind = limiter.acquire('fal', limits, { leaseMs })
    expect(limiter.busy('fal')).toBe(3)
    controller.abort(new Error('enough'))
    expect(await left).toMatchObject({ kind: 'aborted', billed: 'no', cause: new Error('enough') })
    expect([limiter.busy('fal'), clock.sleeping]).toEqual([2, 0])
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    expect((await refusal(limiter.acquire('fal', limits, options))).kind).toBe('aborted')
    first.release('success')
    await behind
  })

  it('goes on to the last moment', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock })
    await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs: 500 })
    await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs, maximumWaitMs: 500 })
    expect([clock.now(), limiter.busy('fal')]).toEqual([500, 1])
  })

  it('is for whoever comes behind one who needs more than he does, too', async () => {
    const limiter = createLimiter({ clock: createVirtualClock(0) })
    const controller = new AbortController()
    const first = await limiter.acquire('fal', none, { leaseMs })
    const strict = limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs })
    expect(limiter.obstacle('fal', none)).toMatchObject({ limit: 'concurrentJobs' })
    const left = refusal(limiter.acquire('fal', none, { leaseMs, abortSignal: controller.signal }))
    const last = limiter.acquire('fal', none, { leaseMs })
    expect(limiter.busy('fal')).toBe(4)
    controller.abort()
    expect((await left).kind).toBe('aborted')
    first.release('success')
    await Promise.all([strict, last])
    expect(limiter.busy('fal')).toBe(2)
  })

  it('of the one in front for time ends his alarm too', async () => {
    const clock = countingClock()
    const limiter = createLimiter({ clock })
    const controller = new AbortController()
    await limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs })
    const options = { leaseMs, abortSignal: controller.signal }
    const waiting = refusal(limiter.acquire('segmind', { requestsPerMinute: 1 }, options))
    expect(clock.sleeping).toBe(1)
    controller.abort()
    await waiting
    await settled()
    expect([clock.sleeping, clock.now()]).toEqual([0, 0])
  })

  it('tells everybody when the clock fails', async () => {
    const clock = { now: () => 0, sleep: () => Promise.reject(new Error('no time')) }
    const limiter = createLimiter({ clock })
    await limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs })
    const both = [0, 1].map(() => limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs }))
    await expect(Promise.allSettled(both)).resolves.toMatchObject([
      { reason: new Error('no time') },
      { reason: new Error('no time') },
    ])
    expect(limiter.busy('segmind')).toBe(1)
  })

  it.each([
    [{ concurrentJobs: 0 }, { leaseMs }, 'limits.concurrentJobs'],
    [{ requestsPerMinute: 0.5 }, { leaseMs }, 'limits.requestsPerMinute'],
    [none, { leaseMs: Number.POSITIVE_INFINITY }, 'leaseMs'],
    [none, { leaseMs, maximumWaitMs: Number.NaN }, 'maximumWaitMs'],
  ])('is refused for %j and %j', async (limits, options, field) => {
    const error = await refusal(createLimiter({ clock: createVirtualClock() }).acquire('fal', limits, options))
    expect([error.kind, error.fields?.map((one) => one.field)]).toEqual(['invalid-request', [field]])
  })
})
