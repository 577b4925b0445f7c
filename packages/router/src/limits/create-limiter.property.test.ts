import { type Clock, LikenessError } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestOpenMs } from './breaker.js'
import { createLimiter } from './create-limiter.js'
import type { Limiter, PermitOutcome } from './types.js'

/** One job of a random schedule; times in milliseconds. */
interface Plan {
  readonly comesAt: number
  readonly takes: number
  /** From its coming: when the caller stops waiting. */
  readonly stopsAfter: number | undefined
  readonly maximumWaitMs: number | undefined
}

const plan = fc.record({
  comesAt: fc.nat(200_000),
  takes: fc.nat(50_000),
  stopsAfter: fc.option(fc.nat(100_000), { nil: undefined, freq: 4 }),
  maximumWaitMs: fc.option(fc.nat(100_000), { nil: undefined, freq: 4 }),
})

/** What was seen of a schedule. */
interface Seen {
  readonly sentAt: number[]
  /** Places in the schedule, in the order served. */
  readonly served: number[]
  readonly refused: string[]
  mostAtWork: number
}

async function runSchedule(
  plans: readonly Plan[],
  limits: Parameters<Limiter['acquire']>[1],
): Promise<Seen & { readonly left: number }> {
  const clock = createVirtualClock(0)
  const limiter = createLimiter({ clock })
  const seen: Seen = { sentAt: [], served: [], refused: [], mostAtWork: 0 }
  let atWork = 0
  const run = async ({ comesAt, takes, stopsAfter, maximumWaitMs }: Plan, index: number) => {
    const stop = new AbortController()
    if (stopsAfter !== undefined) clock.schedule(comesAt + stopsAfter, () => stop.abort())
    await clock.sleep(comesAt)
    try {
      const permit = await limiter.acquire('one', limits, { leaseMs: 1e9, abortSignal: stop.signal, maximumWaitMs })
      atWork += 1
      seen.mostAtWork = Math.max(seen.mostAtWork, atWork)
      seen.sentAt.push(clock.now())
      seen.served.push(index)
      await clock.sleep(takes)
      atWork -= 1
      permit.release('success')
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      seen.refused.push(error.kind)
    }
  }
  await Promise.all(plans.map(run))
  return { ...seen, left: limiter.busy('one') }
}

const schedule = fc.array(plan, { minLength: 1, maxLength: 40 })

describe('under any schedule', () => {
  it('never more than concurrentJobs are at work, nor more than requestsPerMinute sent in any minute; all end', async () => {
    await fc.assert(
      fc.asyncProperty(
        schedule,
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        async (plans, concurrentJobs, requestsPerMinute) => {
          const seen = await runSchedule(plans, { concurrentJobs, requestsPerMinute })
          expect(seen.mostAtWork).toBeLessThanOrEqual(concurrentJobs ?? plans.length)
          for (const from of seen.sentAt) {
            const inMinute = seen.sentAt.filter((at) => at >= from && at < from + 60_000)
            expect(inMinute.length).toBeLessThanOrEqual(requestsPerMinute ?? plans.length)
          }
          expect(seen.served.length + seen.refused.length).toBe(plans.length)
          expect(seen.left).toBe(0)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('those who wait as long as it takes are served in the order they came, and lose no time', async () => {
    const patient = schedule.map((plans) =>
      plans.map((one) => ({ ...one, stopsAfter: undefined, maximumWaitMs: undefined })),
    )
    await fc.assert(
      fc.asyncProperty(patient, fc.integer({ min: 1, max: 6 }), async (plans, requestsPerMinute) => {
        const seen = await runSchedule(plans, { requestsPerMinute })
        const arrivals = plans.map(({ comesAt }) => comesAt).toSorted((one, other) => one - other)
        // The earliest that the limit allows, reckoned one by one.
        const earliest: number[] = []
        for (const [index, comesAt] of arrivals.entries()) {
          earliest.push(
            Math.max(comesAt, earliest[index - 1] ?? 0, (earliest[index - requestsPerMinute] ?? -60_000) + 60_000),
          )
        }
        expect(seen.sentAt).toEqual(earliest)
        const cameAt = seen.served.map((index) => plans[index]?.comesAt ?? 0)
        expect(cameAt).toEqual(arrivals)
      }),
      { numRuns: 100 },
    )
  })
})

/** Asks again and again, every time a given pause after the last, for `spanMs`; each job ends as the vendor is. */
async function hammer(
  {
    clock,
    limiter,
    pauses,
    spanMs,
    takes,
  }: { clock: Clock; limiter: Limiter; pauses: readonly number[]; spanMs: number; takes: number },
  outcome: (now: number) => PermitOutcome,
): Promise<readonly number[]> {
  const tries: number[] = []
  for (let round = 0; clock.now() < spanMs; round += 1) {
    try {
      const permit = await limiter.acquire('one', {}, { leaseMs: 1e9 })
      tries.push(clock.now())
      await clock.sleep(takes)
      permit.release(outcome(clock.now()))
    } catch (error) {
      if (!LikenessError.is(error) || error.kind !== 'unavailable') throw error
    }
    await clock.sleep(pauses[round % pauses.length] ?? 1_000)
  }
  return tries
}

describe('a dead vendor', () => {
  const pauses = fc.array(fc.integer({ min: 2_000, max: 20_000 }), { minLength: 1, maxLength: 5 })
  const policies = fc.record({
    threshold: fc.integer({ min: 1, max: 6 }),
    openMs: fc.integer({ min: 1_000, max: 60_000 }),
  })

  it('is tried as often as the threshold says, then once each time the breaker lets one find out', async () => {
    await fc.assert(
      fc.asyncProperty(pauses, policies, fc.nat(5_000), async (given, breaker, takes) => {
        const clock = createVirtualClock(0)
        const limiter = createLimiter({ clock, breaker })
        const tries = await hammer({ clock, limiter, pauses: given, spanMs: 1_800_000, takes }, () => 'failure')
        for (const [index, at] of tries.entries()) {
          const later = index - breaker.threshold
          if (later < 0) continue
          const open = Math.min(longestOpenMs, breaker.openMs * 2 ** later)
          expect(at - (tries[index - 1] ?? 0)).toBeGreaterThanOrEqual(open + takes)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('is noticed to be back within the longest pause', async () => {
    await fc.assert(
      fc.asyncProperty(pauses, policies, fc.integer({ min: 10_000, max: 500_000 }), async (given, breaker, backAt) => {
        const clock = createVirtualClock(0)
        const limiter = createLimiter({ clock, breaker })
        const tries = await hammer(
          { clock, limiter, pauses: given, spanMs: backAt + longestOpenMs + 30_000, takes: 0 },
          (now) => (now < backAt ? 'failure' : 'success'),
        )
        const first = tries.find((at) => at >= backAt) ?? Number.POSITIVE_INFINITY
        expect(first - backAt).toBeLessThanOrEqual(longestOpenMs + Math.max(...given))
        expect(limiter.obstacle('one', {})).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('costs a crowd no more than its threshold and those already at work', async () => {
    const crowd = { concurrentJobs: fc.integer({ min: 1, max: 4 }), threshold: fc.integer({ min: 1, max: 6 }) }
    await fc.assert(
      fc.asyncProperty(
        fc.record(crowd),
        fc.array(fc.nat(900), { minLength: 1, maxLength: 40 }),
        async (given, durations) => {
          const { concurrentJobs, threshold } = given
          const clock = createVirtualClock(0)
          const limiter = createLimiter({ clock, breaker: { threshold, openMs: longestOpenMs } })
          let tries = 0
          const outcomes = await Promise.allSettled(
            durations.map(async (takes) => {
              const permit = await limiter.acquire('one', { concurrentJobs }, { leaseMs: 1e9 })
              tries += 1
              await clock.sleep(takes)
              permit.release('failure')
            }),
          )
          expect(tries).toBeLessThanOrEqual(threshold + concurrentJobs - 1)
          expect(tries).toBe(outcomes.filter(({ status }) => status === 'fulfilled').length)
          expect(limiter.busy('one')).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
  })
})
