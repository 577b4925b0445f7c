import { createVirtualClock } from '@likeness/emulator'
import { expect, it } from 'vitest'
import { createLimiter } from './create-limiter.js'
import { failTimes, leaseMs } from './test-limiter.js'

it('a clock that is set back prolongs neither an open breaker nor a used-up minute', async () => {
  const clock = createVirtualClock(7_200_000)
  let back = 0
  const limiter = createLimiter({
    clock: { now: () => clock.now() - back, sleep: (ms, signal) => clock.sleep(ms, signal) },
  })
  const limits = { requestsPerMinute: 1 }
  await limiter.acquire('segmind', limits, { leaseMs })
  await failTimes(limiter, 5)
  back = 3_600_000
  expect([limiter.obstacle('fal', {})?.limit, limiter.obstacle('segmind', limits)?.limit]).toEqual([
    'breaker',
    'requestsPerMinute',
  ])
  await clock.advance(60_000)
  expect([limiter.obstacle('fal', {}), limiter.obstacle('segmind', limits)]).toEqual([undefined, undefined])
})
