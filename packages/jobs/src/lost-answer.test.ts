import { describe, expect, it } from 'vitest'
import { createJobs } from './create-jobs.js'
import { lostAnswer, refusal } from './test-vendor.js'
import { createTestWorld } from './test-world.js'

describe('an answer that is lost', () => {
  it('is found at the vendor: nothing is sent again', async () => {
    const { create, reach, vendor, key, jobs } = await createTestWorld()
    vendor.afterAccepted = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    expect(await reach(id, 'running')).toMatchObject({ handle: { idempotencyKey: key(id) }, attempts: 1 })
    expect(vendor.submits).toEqual([key(id)])
    expect((await jobs.trail(id)).at(-1)).toMatchObject({ reason: 'found at the vendor' })
  })

  it('counts as lost too where the work throws something else', async () => {
    const { create, reach, vendor, key } = await createTestWorld()
    vendor.afterAccepted = () => {
      throw new TypeError('a mistake of the adapter')
    }
    const { id } = await create()
    await reach(id, 'running')
    expect(vendor.submits).toEqual([key(id)])
  })

  it('of a request that never arrived leads to a second one, once the vendor is believed', async () => {
    const { create, reach, vendor, clock, key, now } = await createTestWorld()
    vendor.before.submit = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    await reach(id, 'submitting')
    await clock.advance(60_000)
    expect(await now(id)).toMatchObject({ state: 'submitting', error: { kind: 'outcome-unknown' } })
    expect(vendor.calls.filter((call) => call === 'find')).toHaveLength(4)
    expect(await reach(id, 'running')).toMatchObject({ attempts: 2 })
    expect(vendor.submits).toEqual([key(id)])
  })

  it('that the vendor cannot be asked about leaves the job unknown, and at rest', async () => {
    const { create, reach, vendor, clock, key } = await createTestWorld({ canBeAsked: false })
    vendor.afterAccepted = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    expect(await reach(id, 'unknown')).toMatchObject({ error: { kind: 'outcome-unknown', billed: 'maybe' } })
    const asked = vendor.calls.length
    await clock.advance(3_600_000)
    expect(vendor.calls).toHaveLength(asked)
    expect(vendor.submits).toEqual([key(id)])
  })

  it('is sent once more where the caller asks for that, and never a third time', async () => {
    const { create, reach, vendor, key } = await createTestWorld({ canBeAsked: false })
    const lose = () => {
      vendor.afterAccepted = lose
      throw lostAnswer()
    }
    vendor.afterAccepted = lose
    const { id } = await create({ onUnknown: 'resend' })
    expect(await reach(id, 'unknown')).toMatchObject({ attempts: 2 })
    expect(vendor.submits).toEqual([key(id), key(id)])
  })

  it('is asked for until the vendor answers, however long it cannot be reached', async () => {
    const { create, reach, vendor } = await createTestWorld()
    let failures = 0
    const fail = () => {
      failures += 1
      if (failures < 8) vendor.before.find = fail
      throw refusal('unavailable')
    }
    vendor.before.find = fail
    vendor.afterAccepted = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    await reach(id, 'running')
    expect(failures).toBe(8)
    expect(vendor.submits).toHaveLength(1)
  })

  it('that a person found out about is resolved', async () => {
    const { create, reach, vendor, key, jobs } = await createTestWorld({ canBeAsked: false })
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1) {
      vendor.afterAccepted = () => {
        throw lostAnswer()
      }
      const { id } = await create()
      await reach(id, 'unknown')
      ids.push(id)
    }
    const [there = '', again = '', gone = ''] = ids
    await jobs.resolve(there, { as: 'running', handle: vendor.handleOf(key(there)) }, 'ann')
    await jobs.resolve(again, { as: 'queued' }, 'ann')
    expect(await jobs.resolve(gone, { as: 'failed' }, 'ann')).toMatchObject({
      state: 'failed',
      error: { kind: 'outcome-unknown', billed: 'maybe' },
    })
    for (const id of [there, again]) {
      await reach(id, 'running')
      vendor.finish(key(id))
      await reach(id, 'succeeded')
    }
    expect(vendor.submits).toEqual([key(there), key(again), key(gone), key(again)])
    expect((await jobs.trail(there)).map(({ by }) => by)).toContain('ann')
    await expect(jobs.resolve(there, { as: 'queued' })).rejects.toMatchObject({ kind: 'conflict' })
    await expect(jobs.resolve('job_none', { as: 'queued' })).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('a submit', () => {
  it('that hangs is given up after 20 s, and found', async () => {
    const { create, reach, vendor, clock, key } = await createTestWorld()
    vendor.afterAccepted = () => new Promise<void>(() => {})
    const { id, createdAt } = await create()
    await reach(id, 'running')
    expect(clock.now() - createdAt).toBeLessThan(30_000)
    expect(vendor.submits).toEqual([key(id)])
  })

  it('that is answered after it was given up is recorded all the same', async () => {
    const { create, reach, vendor, clock, key, jobs } = await createTestWorld({ canBeAsked: false })
    vendor.afterAccepted = () => clock.sleep(60_000)
    const { id } = await create()
    await reach(id, 'unknown')
    expect(await reach(id, 'running')).toMatchObject({ handle: { idempotencyKey: key(id) } })
    expect((await jobs.trail(id)).at(-1)).toMatchObject({ from: 'unknown', reason: 'accepted; the answer came late' })
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    expect(vendor.submits).toEqual([key(id)])
  })

  it('that is slow keeps its lease: nobody else looks for it', async () => {
    const world = await createTestWorld()
    const { create, reach, vendor, clock, key, database } = world
    const slow = { ...vendor.work, timeouts: { submit: 120_000 } }
    // The one that was started would take it.
    await world.jobs.stop(0)
    const first = createJobs({ database, work: slow, name: 'first' })
    await first.start()
    vendor.afterAccepted = () => clock.sleep(100_000)
    const { id } = await create()
    await clock.advance(1_000)
    const second = createJobs({ database: { ...database, exclusive: false }, work: slow, name: 'second' })
    await second.start()
    await clock.advance(90_000)
    expect(vendor.calls).toEqual(['submit'])
    await reach(id, 'running')
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    expect(vendor.submits).toEqual([key(id)])
    const stopped = Promise.all([first.stop(0), second.stop(0)])
    await clock.advance(10_000)
    await stopped
  })

  it('whose answer comes when the lease is lost is recorded all the same', async () => {
    const { create, reach, vendor, key, database, clock, jobs } = await createTestWorld()
    vendor.afterAccepted = async () => {
      // Somebody else has taken the job meanwhile, and will find nothing at a vendor that is not believed yet.
      await database.kysely
        .updateTable('likeness_job')
        .set(({ eb }) => ({ gen: eb('gen', '+', 1), lease_until: clock.now() + 30_000 }))
        .execute()
    }
    const { id } = await create()
    expect(await reach(id, 'running')).toMatchObject({ handle: { idempotencyKey: key(id) } })
    expect((await jobs.trail(id)).map(({ reason }) => reason)).toContain('accepted; the answer came late')
  })

  it('whose answer cannot be recorded at once is not forgotten', async () => {
    const { create, reach, vendor, key, database, clock, warnings } = await createTestWorld({ canBeAsked: false })
    const { sql } = await import('kysely')
    const away = (when: 'create' | 'drop') =>
      (when === 'create'
        ? sql`create trigger away before update on likeness_job begin select raise(abort, 'the disk is full'); end`
        : sql`drop trigger away`
      ).execute(database.kysely)
    vendor.afterAccepted = async () => void (await away('create'))
    const { id } = await create()
    await clock.advance(5_000)
    await away('drop')
    expect(await reach(id, 'running')).toMatchObject({ handle: { idempotencyKey: key(id) } })
    expect(vendor.calls).toEqual(['submit'])
    expect(warnings).toEqual([])
  })

  it('that is certainly not accepted is sent again later, with the pause that the vendor asks for', async () => {
    const { create, reach, vendor, clock, key } = await createTestWorld()
    vendor.before.submit = () => {
      throw refusal('rate-limited', { retryAfterMs: 120_000 })
    }
    const { id, createdAt } = await create()
    await clock.flush()
    const other = await create()
    await clock.advance(100_000)
    // The pause is the account's.
    expect(vendor.submits).toEqual([])
    expect(await reach(id, 'running')).toMatchObject({ attempts: 2 })
    expect(clock.now() - createdAt).toBeGreaterThanOrEqual(120_000)
    await reach(other.id, 'running')
    expect(vendor.submits).toHaveLength(2)
    expect(vendor.submits).toContain(key(id))
  })

  it.each(['content-blocked', 'insufficient-credits', 'authentication', 'invalid-request'] as const)(
    'that is refused (%s) ends the job, not billed',
    async (kind) => {
      const { create, reach, vendor } = await createTestWorld()
      vendor.before.submit = () => {
        throw refusal(kind)
      }
      const { id } = await create()
      expect(await reach(id, 'failed')).toMatchObject({ error: { kind, billed: 'no' }, attempts: 1 })
      expect(vendor.submits).toEqual([])
    },
  )
})

describe('starting a process', () => {
  it('takes up at once what one that died on this machine had taken', async () => {
    const { create, vendor, clock, database, jobs, now } = await createTestWorld({ started: false })
    const { id } = await create()
    const until = clock.now() + 30_000
    await database.kysely.updateTable('likeness_job').set({ lease_until: until, due: until }).execute()
    await jobs.start()
    await clock.flush()
    expect(await now(id)).toMatchObject({ state: 'running' })
    expect(vendor.submits).toHaveLength(1)
    const stopped = jobs.stop(0)
    await clock.advance(10_000)
    await stopped
  })
})

describe('stopping the process', () => {
  it('waits for the call at hand', async () => {
    const { create, jobs, vendor, clock, now } = await createTestWorld()
    vendor.afterAccepted = () => clock.sleep(5_000)
    const { id } = await create()
    await clock.flush()
    const stopped = jobs.stop(10_000)
    await clock.advance(6_000)
    await stopped
    expect(await now(id)).toMatchObject({ state: 'running' })
  })

  it('aborts a call that takes longer, and the next process finds what it did', async () => {
    const { create, jobs, vendor, clock, now, reach, database, key } = await createTestWorld()
    vendor.afterAccepted = ({ abortSignal }) =>
      new Promise((_, reject) => abortSignal.addEventListener('abort', () => reject(lostAnswer())))
    const { id } = await create()
    await clock.flush()
    const stopped = jobs.stop(1_000)
    await clock.advance(5_000)
    await stopped
    expect(await now(id)).toMatchObject({ state: 'submitting' })
    const next = createJobs({ database, work: vendor.work, name: 'next' })
    await next.start()
    await reach(id, 'running')
    expect(vendor.submits).toEqual([key(id)])
    const over = next.stop(0)
    await clock.advance(10_000)
    await over
  })
})
