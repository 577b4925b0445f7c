import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJobs } from './create-jobs.js'
import { openSqlite } from './database/open-sqlite.js'
import { paidKeyOf } from './ids.js'
import { isFinalState, isLegal } from './states.js'
import { createTestClock } from './test-clock.js'
import { createTestVendor, lostAnswer, refusal } from './test-vendor.js'
import type { JobWork } from './work/job-work.js'

const faults = ['none', 'none', 'lost before', 'lost after', 'refused', 'hangs', 'a mistake'] as const
type Fault = (typeof faults)[number]

/** What else happens, between two moves of the clock. */
const happenings = ['nothing', 'callback', 'cancel', 'restart', 'clock back', 'clock forward'] as const

const hang = () => new Promise<never>(() => {})

/** A vendor whose calls fail as they are told, in order, until there are no more faults. */
function faulty(work: JobWork, given: readonly Fault[]): JobWork {
  const left = [...given]
  async function call<Value>(real: () => Promise<Value>): Promise<Value> {
    const fault = left.shift() ?? 'none'
    switch (fault) {
      case 'none':
        return real()
      case 'lost before':
        throw lostAnswer()
      case 'lost after':
        await real()
        throw lostAnswer()
      case 'refused':
        throw refusal('unavailable', { billed: 'no' })
      case 'hangs':
        await real()
        return hang()
      case 'a mistake':
        throw new TypeError('a mistake')
    }
  }
  /** Questions change nothing, so that a lost answer is a failed question. */
  const ask = <Value>(real: () => Promise<Value>) =>
    call(real).catch((error: unknown) => {
      throw error instanceof TypeError ? error : refusal('network')
    })
  return {
    ...work,
    submit: (job, given) => call(() => work.submit(job, given)),
    find: (job, given) => ask(async () => work.find?.(job, given) ?? { answer: 'cannot-be-asked' as const }),
    status: (job, given) => ask(() => work.status(job, given)),
    cancel: (job, given) => ask(async () => work.cancel?.(job, given) ?? ('finished' as const)),
    collect: (job, status, given) => ask(() => work.collect(job, status, given)),
  }
}

describe('under any faults', () => {
  it('every job ends by legal steps, and none is paid for twice', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...faults), { maxLength: 25 }),
        fc.array(fc.tuple(fc.constantFrom(...happenings), fc.nat(2), fc.integer({ min: 1, max: 90_000 })), {
          maxLength: 12,
        }),
        fc.boolean(),
        async (given, story, canBeAsked) => {
          const clock = createTestClock()
          const vendor = createTestVendor({ clock, canBeAsked, deadlineMs: 600_000 })
          const database = await openSqlite({ path: ':memory:', clock })
          const work = { ...faulty(vendor.work, given), pollAfterMs: () => 20_000 }
          const open = () =>
            createJobs({ database, work, name: 'worker', limits: () => ({ concurrentJobs: 2 }), onWarning: () => {} })
          let jobs = open()
          await jobs.start()
          const ids: string[] = []
          for (let i = 0; i < 3; i += 1) {
            const { job } = await jobs.create({ kind: 'generation', provider: 'test', request: { i } })
            ids.push(job.id)
          }
          async function restart(): Promise<void> {
            const stopped = jobs.stop(0)
            await clock.advance(10_000)
            await stopped
            jobs = open()
            await jobs.start()
          }
          for (const [index, [happening, which, ms]] of story.entries()) {
            const id = ids[which] ?? ''
            if (happening === 'callback') {
              const event = { provider: 'test', eventId: `event-${index}`, jobId: `vendor-${which + 1}` }
              await jobs.receive(index % 2 === 0 ? event : { ...event, idempotencyKey: paidKeyOf(id) })
            }
            if (happening === 'cancel') await jobs.cancel(id)
            if (happening === 'restart') await restart()
            if (happening === 'clock back') clock.set(clock.now() - 40 * ms)
            if (happening === 'clock forward') clock.set(clock.now() + 40 * ms)
            await clock.advance(ms)
            for (const key of vendor.submits) if (key === paidKeyOf(id)) vendor.finish(key)
          }
          // Whatever the vendor still has, it never ends; deadlines do.
          await clock.until(async () => {
            const states = await Promise.all(ids.map(async (id) => (await jobs.get(id))?.state ?? 'queued'))
            return states.every((state) => isFinalState(state) || state === 'unknown')
          })
          expect(vendor.submits.length).toBe(new Set(vendor.submits).size)
          for (const id of ids) {
            const trail = await jobs.trail(id)
            const steps = trail.flatMap(({ from, to }) =>
              from === undefined || from === to ? [] : [[from, to] as const],
            )
            expect(steps.filter(([from, to]) => !isLegal(from, to))).toEqual([])
            const job = await jobs.get(id)
            // What the vendor has accepted is never forgotten, and never said to be free.
            if (vendor.submits.includes(paidKeyOf(id)) && job?.state === 'failed') {
              expect(job.error.billed).not.toBe('no')
              if (canBeAsked) expect(job.error).toHaveProperty('handle')
            }
          }
          const stopped = jobs.stop(0)
          await clock.advance(10_000)
          await stopped
          await database.close()
        },
      ),
      { numRuns: Number(process.env.LIKENESS_RUNS ?? 25) },
    )
  })
})
