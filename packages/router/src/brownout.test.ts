import { describe, expect, it } from 'vitest'
import { percentile, runBrownout } from '../bench/brownout-workload.ts'
import { alone, hedged, plainFallback } from '../bench/strategies.ts'
import { createRouter } from './index.js'

// The bench of the same name with fewer requests.
const workload = { requests: 80, seed: 11 }

describe('a brownout at the first vendor: 30 % errors, 10 % stalls', () => {
  it('fails requests where there is one vendor and no router', async () => {
    const { succeeded, failures } = await runBrownout(alone, workload)
    expect(succeeded).toBeLessThan(workload.requests * 0.8)
    expect(Object.keys(failures).sort()).toEqual(['job-failed', 'outcome-unknown', 'timeout', 'unavailable'])
  })

  it('fails none with a second one, and pays twice only within the hedge’s share and for lost answers', async () => {
    const plain = await runBrownout(plainFallback(createRouter), workload)
    const full = await runBrownout(hedged(createRouter), workload)
    expect([plain.failures, full.failures]).toEqual([{}, {}])
    expect([plain.succeeded, full.succeeded]).toEqual([workload.requests, workload.requests])
    // 4 % of answers are lost after acceptance, and fal cannot be asked for them.
    for (const { paidDuplicates } of [plain, full]) expect(paidDuplicates).toBeLessThanOrEqual(workload.requests * 0.12)
    expect(percentile(full.latencies, 0.9)).toBeLessThanOrEqual(percentile(plain.latencies, 0.9))
  })
})
