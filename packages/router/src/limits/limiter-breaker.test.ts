import { createVirtualClock } from '@likeness/emulator'
import { describe, expect, it, vi } from 'vitest'
import { createLimiter } from './create-limiter.js'
import { failTimes, leaseMs, none, refusal, settled } from './test-limiter.js'
import type { Limiter } from './types.js'

describe('the breaker of an account', () => {
  it('refuses while open, lets exactly one find out, and closes after its success', async () => {
    const clock = createVirtualClock(0)
    const told: unknown[] = []
    const limiter = createLimiter({ clock })
    const stop = limiter.subscribe((key, state) => told.push([key, state]))
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
    stop()
    const before = told.length
    await failTimes(limiter, 5)
    expect(told).toHaveLength(before)
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
    })
    limiter.subscribe((key) => {
      seen.push(limiter.obstacle(key, none)?.until)
      throw new Error('a listener')
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
