import { getEventListeners } from 'node:events'
import { type Clock, LikenessError } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import { describe, expect, it, vi } from 'vitest'
import { createLimiter } from './create-limiter.js'
import type { BreakerState, Limiter, Permit } from './types.js'

const leaseMs = 3_600_000
const none = {}

/** A virtual clock that tells how many sleep on it. */
function countingClock(): Clock & { sleeping: number } {
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

const settled = () => new Promise((resolve) => setImmediate(resolve))

async function refusal(promise: Promise<unknown>): Promise<LikenessError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!LikenessError.is(error)) throw new Error('was not refused', { cause: error })
  return error
}

async function failTimes(limiter: Limiter, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) (await limiter.acquire('fal', none, { leaseMs })).release('failure')
}

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
    expect(await at(0)).toMatchObject({ kind: 'rate-limited', billed: 'no', retryAfterMs: 9_000 })
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

describe('the breaker', () => {
  it('refuses while open, lets exactly one find out, and closes after its success', async () => {
    const clock = createVirtualClock(0)
    const told: unknown[] = []
    const limiter = createLimiter({ clock, onBreaker: (key, state) => told.push([key, state]) })
    await failTimes(limiter, 5)
    expect(limiter.obstacle('fal', none)).toMatchObject({ limit: 'breaker', until: 30_000 })
    await clock.advance(10_000)
    expect(await refusal(limiter.acquire('fal', none, { leaseMs }))).toMatchObject({
      kind: 'unavailable',
      retry: 'elsewhere',
      billed: 'no',
      retryAfterMs: 20_000,
      provider: 'fal',
    })
    await clock.advance(20_000)
    expect(limiter.obstacle('fal', none)).toBeUndefined()
    const tried = await Promise.allSettled([0, 1, 2].map(() => limiter.acquire('fal', none, { leaseMs })))
    expect(tried.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(tried[1]).toMatchObject({ reason: { kind: 'unavailable', retry: 'elsewhere', retryAfterMs: 30_000 } })
    expect(limiter.obstacle('fal', none)).toMatchObject({ limit: 'breaker' })
    if (tried[0]?.status === 'fulfilled') tried[0].value.release('success')
    await Promise.all([0, 1, 2].map(() => limiter.acquire('fal', none, { leaseMs })))
    expect(told).toEqual([
      ['fal', { state: 'open', until: 30_000, openings: 1 }],
      ['fal', { state: 'half-open', openings: 1 }],
      ['fal', { state: 'closed', failures: 0 }],
    ])
  })

  it('hears of each job once', async () => {
    const limiter = createLimiter({ clock: createVirtualClock(0), breaker: { threshold: 2 } })
    const permit = await limiter.acquire('fal', none, { leaseMs })
    permit.release('failure')
    permit.release('failure')
    expect(limiter.obstacle('fal', none)).toBeUndefined()
    await failTimes(limiter, 1)
    expect(limiter.obstacle('fal', none)).toMatchObject({ limit: 'breaker' })
  })

  it('refuses those who wait as soon as it opens', async () => {
    const limiter = createLimiter({ clock: createVirtualClock(0), breaker: { threshold: 1, openMs: 5_000 } })
    const first = await limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs })
    const waiting = [0, 1].map(() => refusal(limiter.acquire('fal', { concurrentJobs: 1 }, { leaseMs })))
    first.release('failure')
    expect(await Promise.all(waiting)).toMatchObject([{ kind: 'unavailable' }, { kind: 'unavailable' }])
    expect(limiter.busy('fal')).toBe(0)
  })

  it('lets another one find out when the first never comes back', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock, breaker: { threshold: 1, openMs: 1_000 } })
    await failTimes(limiter, 1)
    await clock.advance(1_000)
    const lost = await limiter.acquire('fal', none, { leaseMs: 500 })
    await clock.advance(499)
    await refusal(limiter.acquire('fal', none, { leaseMs }))
    await clock.advance(1)
    const next = await limiter.acquire('fal', none, { leaseMs })
    lost.release('failure')
    expect(limiter.obstacle('fal', none)).toMatchObject({ limit: 'breaker', until: undefined })
    next.release('success')
    expect(limiter.obstacle('fal', none)).toBeUndefined()
  })

  it('is not disturbed by its listener, who may ask it', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const seen: (number | undefined)[] = []
    const limiter: Limiter = createLimiter({
      clock: createVirtualClock(0),
      breaker: { threshold: 1 },
      onBreaker(key) {
        seen.push(limiter.obstacle(key, none)?.until)
        throw new Error('a listener')
      },
    })
    await failTimes(limiter, 1)
    await settled()
    expect([seen, warning.mock.calls]).toEqual([[30_000], [[new Error('a listener')]]])
    warning.mockRestore()
  })

  it.each([
    [{ threshold: 0 }, 'breaker.threshold'],
    [{ threshold: 1.5 }, 'breaker.threshold'],
    [{ openMs: 600_001 }, 'breaker.openMs'],
    [{ openMs: Number.NaN }, 'breaker.openMs'],
  ])('refuses the policy %j', (breaker, field) => {
    expect(() => createLimiter({ clock: createVirtualClock(), breaker })).toThrow(
      expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field })] }),
    )
  })
})

describe('state', () => {
  const json = (limiter: Limiter) => JSON.parse(JSON.stringify(limiter.state()))

  it('goes on in another process: breaker, places, minute', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock, breaker: { threshold: 3 } })
    await limiter.acquire('astria', { concurrentJobs: 1 }, { leaseMs: 5_000 })
    await failTimes(limiter, 2)
    await limiter.acquire('segmind', { requestsPerMinute: 1 }, { leaseMs: 1_000 })
    const next = createLimiter({ clock, breaker: { threshold: 3 }, state: json(limiter) })
    expect(next.state()).toEqual(limiter.state())
    expect(next.obstacle('segmind', { requestsPerMinute: 1 })).toMatchObject({ until: 60_000 })
    await failTimes(next, 1)
    expect(next.obstacle('fal', none)).toMatchObject({ limit: 'breaker' })
    expect(createLimiter({ clock, state: json(next) }).obstacle('fal', none)).toMatchObject({ limit: 'breaker' })
    // Nobody here gives that place back, so that the end of its lease is waited for.
    const waiting = next.acquire('astria', { concurrentJobs: 1 }, { leaseMs })
    await waiting
    expect(clock.now()).toBe(5_000)
  })

  it('knows who is finding out in another process', async () => {
    const clock = createVirtualClock(0)
    const limiter = createLimiter({ clock, breaker: { threshold: 1, openMs: 10 } })
    await failTimes(limiter, 1)
    await clock.advance(10)
    await limiter.acquire('fal', none, { leaseMs: 1_000 })
    const next = createLimiter({ clock, state: json(limiter) })
    expect(next.state()).toEqual(limiter.state())
    await refusal(next.acquire('fal', none, { leaseMs }))
    await clock.advance(1_000)
    const permit = await next.acquire('fal', none, { leaseMs })
    await refusal(next.acquire('fal', none, { leaseMs }))
    permit.release('success')
    expect(next.obstacle('fal', none)).toBeUndefined()
    const orphan: BreakerState = { state: 'half-open', openings: 1 }
    const accounts = { fal: { breaker: { ...orphan }, leases: [], sent: [] } }
    await createLimiter({ clock, state: { version: 1, accounts } }).acquire('fal', none, { leaseMs })
  })

  it.each([
    [{}],
    [{ version: 2, accounts: {} }],
    [{ version: 1, accounts: { fal: { breaker: {}, leases: [], sent: [] } } }],
  ])('refuses %j', (state) => {
    expect(() => createLimiter({ clock: createVirtualClock(), state })).toThrow(
      expect.objectContaining({ kind: 'invalid-request', message: expect.stringContaining('state of a limiter') }),
    )
  })
})
