import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHedgeQuota } from './hedge-quota.js'

describe('the hedge quota', () => {
  it('allows the first extra job of 5 % beside the 19th, and the second beside the 38th', () => {
    const quota = createHedgeQuota(0.05)
    const extraAfter: number[] = []
    for (let job = 1; job <= 40; job += 1) {
      quota.count('first')
      if (!quota.allows()) continue
      quota.count('hedge')
      extraAfter.push(job)
    }
    expect(extraAfter).toEqual([19, 38])
  })

  it('never lets extra jobs pass their share', () => {
    const share = fc.oneof(fc.constantFrom(0, 0.05, 0.1, 1 / 3, 1), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(
        share,
        fc.array(fc.constantFrom('first', 'part', 'retry', 'fallback', 'hedge'), { maxLength: 200 }),
        (most, roles) => {
          const quota = createHedgeQuota(most)
          let [jobs, extra] = [0, 0]
          for (const role of roles) {
            if (role === 'hedge' && !quota.allows()) continue
            quota.count(role)
            jobs += 1
            if (role === 'hedge') extra += 1
            expect(extra / jobs).toBeLessThanOrEqual(most)
          }
        },
      ),
    )
  })

  it.each([-0.1, 1.1, Number.NaN])('refuses a share of %d', (share) => {
    expect(() => createHedgeQuota(share)).toThrow(
      expect.objectContaining({
        kind: 'invalid-request',
        fields: [expect.objectContaining({ field: 'hedge.maximumShare' })],
      }),
    )
  })
})
