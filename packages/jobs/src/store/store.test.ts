import type { JobHandle } from '@likeness/core'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { JobDatabase } from '../database/database.js'
import { openPostgres } from '../database/open-postgres.js'
import { openSqlite } from '../database/open-sqlite.js'
import { paidKeyOf } from '../ids.js'
import { createLimits } from '../limits/create-limits.js'
import type { Limits } from '../limits/limits.js'
import { createTestClock, type TestClock } from '../test-clock.js'
import { postgresMissing, startPostgres, type TestPostgres, tellSkipped } from '../test-postgres.js'
import { createStore } from './create-store.js'
import type { Lease, NewJob, Store } from './store.js'

let postgres: TestPostgres | undefined
afterAll(() => postgres?.stop())

const targets = [
  { name: 'SQLite', missing: undefined, open: (clock: TestClock) => openSqlite({ path: ':memory:', clock }) },
  {
    name: 'Postgres',
    missing: postgresMissing(),
    async open(clock: TestClock) {
      postgres ??= await startPostgres()
      return openPostgres({ url: await postgres.database(), clock })
    },
  },
]

const wanted: NewJob = {
  tenant: 'acme',
  idempotencyKey: 'one',
  kind: 'generation',
  provider: 'test',
  account: 'test',
  request: { prompt: 'ein Roboter \u{1f916}' },
  onUnknown: 'fail',
  onOverdue: 'fail',
  by: 'ann',
}

const handle: JobHandle = {
  version: 1,
  kind: 'generation',
  provider: 'test',
  id: 'vendor-1',
  idempotencyKey: 'key',
  startedAt: '2026-01-01T00:00:00.000Z',
  data: { endpoint: 'a' },
}

describe.each(targets)('the store on $name', ({ missing, open }) => {
  if (missing !== undefined) {
    tellSkipped('the store', missing)
    it.skip(`not tested: ${missing}`, () => {})
    return
  }

  let clock: TestClock
  let database: JobDatabase
  let store: Store
  let limits: Limits
  beforeEach(async () => {
    clock = createTestClock()
    database = await open(clock)
    store = createStore(database)
    limits = createLimits(database)
    onTestFinished(() => database.close())
  })

  let keys = 0
  async function create(changes: Partial<NewJob> = {}): Promise<string> {
    keys += 1
    const idempotencyKey = `key-${keys}`
    const { job } = await store.tx((tx) => store.create({ ...wanted, idempotencyKey, ...changes }, tx))
    return job.id
  }

  const claim = (id: string, owner = 'worker') => store.tx((tx) => store.claim(id, owner, 30_000, tx))

  async function lease(id: string): Promise<Lease> {
    const claimed = await claim(id)
    if (claimed.type !== 'claimed') throw new Error(`${id} is ${claimed.type}`)
    return claimed.lease
  }

  /** Takes a job as far as the vendor, and gives it back. */
  async function run(held: Lease, at = clock.now() + 60_000): Promise<void> {
    const sent = { state: 'submitting', reason: 'sent', sentAt: clock.now(), attempts: 1 } as const
    const saved = await store.tx((tx) => store.save(held, sent, tx))
    if (saved === undefined) throw new Error('lost')
    const references = [{ provider: 'test', id: handle.id }]
    const patch = { state: 'running', reason: 'accepted', handle, references } as const
    await store.tx((tx) => store.release(saved, patch, at, tx))
  }

  async function running(changes: Partial<NewJob> = {}, at?: number): Promise<string> {
    const id = await create(changes)
    await run(await lease(id), at)
    return id
  }

  it('keeps a job as it was made', async () => {
    const id = await create({ deadlineMs: 1_234.5 })
    const { by: _, idempotencyKey: _key, ...kept } = wanted
    expect(await store.get(id)).toMatchObject({ ...kept, state: 'queued', deadlineAt: clock.now() + 1_235 })
    expect(await store.get('job_none')).toBeUndefined()
  })

  it('gives one of many who want it at the same time the lease', async () => {
    const id = await create()
    const claims = await Promise.all(Array.from({ length: 12 }, (_, index) => claim(id, `worker-${index}`)))
    expect(claims.filter(({ type }) => type === 'claimed')).toHaveLength(1)
    expect(claims.filter(({ type }) => type === 'later')).toHaveLength(11)
    expect(claims.find((one) => one.type === 'later')).toEqual({ type: 'later', at: clock.now() + 30_000 })
  })

  it('gives it to another one once it has run out, and refuses what the first one writes then', async () => {
    const id = await create()
    const first = await lease(id)
    await clock.advance(30_000)
    const second = await lease(id)
    expect(second.gen).toBe(first.gen + 1)
    expect(await store.renew(first, 30_000)).toBe(false)
    expect(await store.tx((tx) => store.save(first, { failures: 1 }, tx))).toBeUndefined()
    expect(await store.tx((tx) => store.release(first, {}, clock.now(), tx))).toBeUndefined()
    expect(await store.renew(second, 60_000)).toBe(true)
    expect(await claim(id)).toEqual({ type: 'later', at: clock.now() + 60_000 })
  })

  it('gives nothing before it is due, nor at rest', async () => {
    const id = await running()
    expect(await claim(id)).toEqual({ type: 'later', at: clock.now() + 60_000 })
    await clock.advance(60_000)
    const held = await lease(id)
    const patch = { state: 'succeeded', reason: 'done', result: { a: 1 }, endedAt: clock.now() } as const
    const released = await store.tx((tx) => store.release(held, patch, clock.now(), tx))
    expect(released).toMatchObject({ job: { state: 'succeeded', result: { a: 1 } }, due: undefined })
    expect(await claim(id)).toEqual({ type: 'rest' })
    expect(await claim('job_none')).toEqual({ type: 'rest' })
  })

  it('keeps every column of every state', async () => {
    const id = await running()
    await clock.advance(60_000)
    const status = { state: 'running', progress: 0.25, etaMs: 1_000, message: 'step 5' } as const
    const held = await lease(id)
    const saved = await store.tx((tx) => store.save(held, { status, overdue: true, cancelOutcome: 'requested' }, tx))
    expect(saved?.job).toMatchObject({ state: 'running', handle, status, overdue: true })
    const error = { kind: 'job-failed', message: 'No.', retry: 'elsewhere', billed: 'maybe' } as const
    const patch = { state: 'failed', reason: 'failed', error, endedAt: clock.now(), resent: true, failures: 3 } as const
    await store.tx((tx) => store.release(held, patch, clock.now(), tx))
    expect(await store.get(id)).toMatchObject({ state: 'failed', error, handle, endedAt: clock.now() })
    expect((await store.trail(id)).map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'queued'],
      ['queued', 'submitting'],
      ['submitting', 'running'],
      ['running', 'failed'],
    ])
  })

  it('refuses a step that is not legal, and one without a reason', async () => {
    const id = await create()
    const held = await lease(id)
    const write = (patch: Parameters<Store['save']>[1]) => store.tx((tx) => store.save(held, patch, tx))
    await expect(write({ state: 'succeeded', reason: 'done' })).rejects.toThrow('cannot go from queued to succeeded')
    await expect(write({ state: 'failed' })).rejects.toThrow('without a reason')
  })

  it('makes a job due at once for what comes from outside, also while it is being looked at', async () => {
    const id = await running()
    expect(await store.tx((tx) => store.signal(id, tx))).toBe(true)
    const held = await lease(id)
    await store.tx((tx) => store.signal(id, tx))
    await store.renew(held, 30_000)
    const released = await store.tx((tx) => store.release(held, {}, clock.now() + 60_000, tx))
    expect(released?.due).toBe(clock.now())
    const again = await lease(id)
    expect((await store.tx((tx) => store.release(again, {}, clock.now() + 60_000.4, tx)))?.due).toBe(
      clock.now() + 60_000,
    )
  })

  it('matches callbacks by key, by id, and afterwards', async () => {
    const event = { provider: 'test', jobId: handle.id }
    const receive = (changes: Partial<Parameters<Store['receive']>[0]>) =>
      store.tx((tx) => store.receive({ ...event, eventId: 'a', ...changes }, tx))
    expect(await receive({ body: { early: true } })).toEqual({ duplicate: false, jobs: [] })
    expect(await store.inbox('unmatched')).toHaveLength(1)
    const id = await create()
    expect(await receive({ eventId: 'b', idempotencyKey: paidKeyOf(id) })).toEqual({ duplicate: false, jobs: [id] })
    await run(await lease(id))
    // The early one counts as something that has happened.
    const held = await lease(id)
    expect(await store.inbox(id)).toHaveLength(2)
    await store.tx((tx) => store.release(held, { looked: true }, clock.now() + 60_000, tx))
    expect((await store.inbox(id)).map(({ seenAt }) => seenAt)).toEqual([clock.now(), clock.now()])
    expect(await receive({ eventId: 'c', kind: 'generation' })).toEqual({ duplicate: false, jobs: [id] })
    expect(await receive({ eventId: 'c', kind: 'generation' })).toEqual({ duplicate: true, jobs: [id] })
    expect(await receive({ eventId: 'd', kind: 'fine-tune' })).toEqual({ duplicate: false, jobs: [] })
  })

  it('changes a job without a lease, and ends the lease that there is', async () => {
    const id = await create()
    const held = await lease(id)
    const patch = { state: 'canceled', reason: 'stopped', endedAt: clock.now() } as const
    const change = () => store.tx((tx) => store.change(id, ['queued'], patch, undefined, 'ann', tx))
    expect(await change()).toMatchObject({ state: 'canceled' })
    expect(await change()).toBeUndefined()
    expect(await store.tx((tx) => store.save(held, { failures: 1 }, tx))).toBeUndefined()
    expect(await store.tx((tx) => store.noteCancellation(id, 'ann', tx))).toBe(false)
    expect(await store.tx((tx) => store.signal(id, tx))).toBe(false)
  })

  it('notes the first who asks to stop it', async () => {
    const id = await running()
    expect(await store.tx((tx) => store.noteCancellation(id, 'ann', tx))).toBe(true)
    expect(await store.tx((tx) => store.noteCancellation(id, 'bob', tx))).toBe(false)
    await store.tx((tx) => store.note(id, 'a note', 'bob', tx))
    expect(await store.get(id)).toMatchObject({ cancellation: { by: 'ann', at: clock.now() } })
    expect((await store.trail(id)).slice(-2)).toMatchObject([
      { by: 'ann' },
      { from: 'running', to: 'running', reason: 'a note' },
    ])
  })

  it('finds what is late, what is overdue, and what is next', async () => {
    expect(await store.nextDue()).toBeUndefined()
    const soon = await running({ deadlineMs: 90_000 }, clock.now() + 10_000)
    const later = await running({ deadlineMs: 90_000 }, clock.now() + 3_600_000)
    expect(await store.nextDue()).toBe(clock.now() + 10_000)
    await clock.advance(20_000)
    expect(await store.late(5_000, 10)).toEqual([{ id: soon, due: clock.now() - 10_000 }])
    expect(await store.late(15_000, 10)).toEqual([])
    await lease(soon)
    expect(await store.late(0, 10)).toEqual([])
    expect(await store.nextDue()).toBe(clock.now() + 30_000)
    await clock.advance(100_000)
    expect(await store.pastDeadline(10)).toEqual([later])
    expect(await store.pullForward()).toEqual([later])
    expect(await store.clearLeases()).toBe(1)
    expect((await store.late(0, 10)).map(({ id }) => id).sort()).toEqual([soon, later].sort())
  })

  it('knows who waits for a place, the longest first', async () => {
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1) {
      ids.push(await create())
      const held = await lease(ids[i] ?? '')
      await store.tx((tx) => store.release(held, {}, clock.now() + 30_000, tx))
      await clock.advance(1)
    }
    const last = await store.get(ids[2] ?? '')
    if (last === undefined) throw new Error('gone')
    expect(await store.tx((tx) => store.queuedBefore(last, tx))).toBe(2)
    expect([...(await store.tx((tx) => store.wakeQueued('test', 2, tx)))].sort()).toEqual(ids.slice(0, 2))
    expect(await store.tx((tx) => store.wakeQueued('test', 2, tx))).toEqual(ids.slice(2))
    expect(await store.tx((tx) => store.wakeQueued('other', 2, tx))).toEqual([])
  })

  it('lists, counts and forgets', async () => {
    const queued = await create()
    const id = await running({ tenant: 'globex' })
    expect((await store.list({ tenant: 'globex', states: ['running'] })).items).toMatchObject([{ id }])
    expect(await store.counts()).toMatchObject({ queued: 1, running: 1, failed: 0 })
    await expect(store.remove(id)).rejects.toMatchObject({ kind: 'conflict' })
    const patch = { state: 'canceled', reason: 'stopped', endedAt: clock.now() } as const
    await store.tx((tx) => store.change(id, ['running'], patch, undefined, 'ann', tx))
    await store.remove(id)
    expect((await store.list({})).items.map((job) => job.id)).toEqual([queued])
  })

  it('writes all of a transaction or nothing', async () => {
    const failing = store.tx(async (tx) => {
      await store.create({ ...wanted, idempotencyKey: 'undone' }, tx)
      throw new Error('undo')
    })
    await expect(failing).rejects.toThrow('undo')
    expect((await store.list({})).items).toEqual([])
  })

  it('gives one of many the last of a rate, and the last place', async () => {
    const rate = { count: 1, perMs: 1_000 }
    const waits = await Promise.all(
      Array.from({ length: 12 }, () => store.tx((tx) => limits.take('test', 'submit', rate, tx))),
    )
    expect(waits.filter((wait) => wait === 0)).toHaveLength(1)
    expect(waits.filter((wait) => wait === 1_000)).toHaveLength(11)
    const ids = await Promise.all(Array.from({ length: 6 }, () => create()))
    const places = await Promise.all(
      ids.map(async (id) => {
        const held = await lease(id)
        return store.tx(async (tx) => {
          if (!(await limits.hasPlace('test', 2, tx))) return false
          await store.save(held, { state: 'submitting', reason: 'sent', sentAt: clock.now() }, tx)
          return true
        })
      }),
    )
    expect(places.filter(Boolean)).toHaveLength(2)
    await store.tx((tx) => limits.block('test', 'submit', clock.now() + 5_000.5, tx))
    expect(await store.tx((tx) => limits.take('test', 'submit', undefined, tx))).toBe(5_001)
  })
})
