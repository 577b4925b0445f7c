import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLatencies } from './latencies.js'

describe('latencies', () => {
  it('know no percentile before 20 jobs, a median from the first', () => {
    const latencies = createLatencies()
    expect([latencies.median('fal'), latencies.percentile('fal', 0.95)]).toEqual([undefined, undefined])
    for (let ms = 1; ms <= 19; ms += 1) latencies.record('fal', ms)
    expect([latencies.median('fal'), latencies.percentile('fal', 0.95)]).toEqual([10, undefined])
    latencies.record('fal', 20)
    expect([latencies.median('fal'), latencies.percentile('fal', 0.95), latencies.percentile('fal', 1)]).toEqual([
      10, 19, 20,
    ])
    expect(latencies.median('astria')).toBeUndefined()
  })

  it('keep the latest 200, whatever was before', () => {
    const latencies = createLatencies()
    for (let job = 0; job < 1_000; job += 1) latencies.record('fal', job < 800 ? 9_999 : job)
    expect([latencies.percentile('fal', 1), latencies.percentile('fal', 0)]).toEqual([999, 800])
    latencies.record('fal', 0)
    expect(latencies.percentile('fal', 1 / 200)).toBe(0)
    expect(latencies.percentile('fal', 2 / 200)).toBe(801)
  })

  it('take a clock that was set back for no time at all', () => {
    const latencies = createLatencies()
    latencies.record('fal', -5)
    expect(latencies.median('fal')).toBe(0)
  })

  it('give a time that the share of jobs stayed within', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10_000), { minLength: 20, maxLength: 200 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (times, share) => {
          const latencies = createLatencies()
          for (const ms of times) latencies.record('fal', ms)
          const within = latencies.percentile('fal', share) ?? -1
          expect(times).toContain(within)
          expect(times.filter((ms) => ms <= within).length / times.length).toBeGreaterThanOrEqual(share)
          expect(times.filter((ms) => ms < within).length / times.length).toBeLessThan(share)
        },
      ),
    )
  })
})
