import { createVirtualClock } from '@likeness/emulator'
import { describe, expect, it } from 'vitest'
import { createLimiter } from './create-limiter.js'
import { failTimes, leaseMs, none, refusal } from './test-limiter.js'
import type { BreakerState, Limiter } from './types.js'

describe('the state of a limiter', () => {
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
    const early = limiter.acquire('fal', none, { leaseMs: 600 })
    await failTimes(limiter, 1)
    await early
    await clock.advance(10)
    await limiter.acquire('fal', none, { leaseMs: 1_000 })
    const next = createLimiter({ clock, state: json(limiter) })
    expect(next.state()).toEqual(limiter.state())
    await clock.advance(999)
    await refusal(next.acquire('fal', none, { leaseMs }))
    await clock.advance(1)
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
