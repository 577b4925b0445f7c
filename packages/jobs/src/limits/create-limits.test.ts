import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '../database/open-sqlite.js'
import { createStore } from '../store/create-store.js'
import { createTestClock } from '../test-clock.js'
import { createTestWorld } from '../test-world.js'
import { createLimits } from './create-limits.js'

async function open() {
  const clock = createTestClock()
  const database = await openSqlite({ path: ':memory:', clock })
  onTestFinished(() => database.close())
  const { tx } = createStore(database)
  const limits = createLimits(database)
  const take = (rate: Parameters<typeof limits.take>[2], account = 'a', what: 'submit' | 'poll' = 'submit') =>
    tx((inner) => limits.take(account, what, rate, inner))
  return { clock, limits, take, tx }
}

/** Takes whenever it may, and tells when it did. */
async function takeFor(ms: number, rate: { count: number; perMs: number; burst?: number }) {
  const { clock, take } = await open()
  const start = clock.now()
  const times: number[] = []
  while (clock.now() - start < ms) {
    const wait = await take(rate)
    if (wait === 0) times.push(clock.now() - start)
    else await clock.advance(wait)
  }
  return times
}

describe('a rate', () => {
  it('is spread evenly', async () => {
    expect(await takeFor(1_000, { count: 10, perMs: 1_000 })).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
  })

  it('lets as many come at once as it says', async () => {
    expect(await takeFor(1_000, { count: 4, perMs: 1_000, burst: 3 })).toEqual([0, 0, 0, 250, 500, 750])
  })

  it('that does not divide evenly is kept to all the same', async () => {
    const times = await takeFor(60_000, { count: 7, perMs: 60_000 })
    expect(times).toHaveLength(7)
  })

  it('counts for one account and one purpose', async () => {
    const { take } = await open()
    const rate = { count: 1, perMs: 1_000 }
    expect(await take(rate)).toBe(0)
    expect(await take(rate)).toBe(1_000)
    expect(await take(rate, 'b')).toBe(0)
    expect(await take(rate, 'a', 'poll')).toBe(0)
    expect(await take(undefined)).toBe(0)
  })

  it('that the vendor refuses stops until then, and a shorter refusal does not shorten it', async () => {
    const { take, tx, limits, clock } = await open()
    await tx((inner) => limits.block('a', 'submit', clock.now() + 5_000, inner))
    await tx((inner) => limits.block('a', 'submit', clock.now() + 1_000, inner))
    expect(await take({ count: 10, perMs: 1_000 })).toBe(5_000)
    expect(await take(undefined)).toBe(5_000)
    await clock.advance(5_000)
    expect(await take({ count: 10, perMs: 1_000 })).toBe(0)
  })

  it('does not wait for hours where the clock was set back', async () => {
    const { take, clock } = await open()
    const rate = { count: 10, perMs: 1_000 }
    await take(rate)
    clock.set(clock.now() - 3_600_000)
    expect(await take(rate)).toBeLessThanOrEqual(200)
  })
})

describe('an account', () => {
  it('has no more jobs at the vendor than its places, and fills each place that becomes free at once', async () => {
    const { create, vendor, clock, jobs, key } = await createTestWorld({ limits: () => ({ concurrentJobs: 2 }) })
    const ids: string[] = []
    for (let i = 0; i < 6; i += 1) {
      ids.push((await create()).id)
      await clock.advance(1)
    }
    await clock.advance(1_000)
    expect(await jobs.counts()).toMatchObject({ queued: 4, running: 2 })
    for (const id of ids) {
      const before = vendor.submits.length
      vendor.finish(key(id))
      await clock.advance(2_100)
      expect((await jobs.counts()).running).toBeLessThanOrEqual(2)
      expect(vendor.submits.length).toBe(Math.min(6, before + 1))
    }
    expect(await jobs.counts()).toMatchObject({ succeeded: 6 })
    // Those who came first were first.
    expect(vendor.submits).toEqual(ids.map(key))
  })

  it('fills all places that become free while it is the turn of one job', async () => {
    const limits = () => ({ concurrentJobs: 3, submits: { count: 1, perMs: 1_000 } })
    const { create, vendor, clock, jobs, key } = await createTestWorld({ limits })
    for (let i = 0; i < 12; i += 1) await create()
    await clock.advance(15_000)
    const { items } = await jobs.list({ states: ['running'] })
    expect(items).toHaveLength(3)
    for (const { id } of items) {
      vendor.finish(key(id))
      // Before the next may be sent: each place that becomes free wakes the same one.
      await jobs.receive({ provider: 'test', eventId: id, jobId: vendor.handleOf(key(id)).id })
      await clock.advance(100)
    }
    await clock.advance(3_000)
    expect(await jobs.counts()).toMatchObject({ running: 3, succeeded: 3 })
  })

  it('sends no faster than its rate, however many wait', async () => {
    const limits = () => ({ submits: { count: 5, perMs: 60_000 } })
    const { create, vendor, clock } = await createTestWorld({ limits })
    for (let i = 0; i < 30; i += 1) await create()
    await clock.advance(59_999)
    expect(vendor.submits.length).toBe(5)
    await clock.advance(4 * 60_000)
    expect(vendor.submits.length).toBeLessThanOrEqual(26)
    expect(vendor.submits.length).toBeGreaterThanOrEqual(20)
  })

  it('is asked no faster than its rate', async () => {
    const limits = () => ({ polls: { count: 1, perMs: 1_000 } })
    const { create, vendor, clock } = await createTestWorld({ limits })
    for (let i = 0; i < 10; i += 1) await create()
    await clock.advance(20_000)
    const asked = vendor.calls.filter((call) => call === 'status').length
    expect(asked).toBeLessThanOrEqual(20)
    expect(asked).toBeGreaterThanOrEqual(10)
  })
})
