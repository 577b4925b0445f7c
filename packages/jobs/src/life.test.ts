import { describe, expect, it } from 'vitest'
import { createTestWorld } from './test-world.js'

describe('a job', () => {
  it('is submitted once, waited for and collected; its trail tells each step', async () => {
    const { create, jobs, vendor, reach, clock, key } = await createTestWorld()
    const job = await create({ tenant: 'acme', by: 'ann' })
    expect(job).toMatchObject({
      state: 'queued',
      tenant: 'acme',
      provider: 'test',
      account: 'test',
      attempts: 0,
      version: 1,
    })
    const running = await reach(job.id, 'running')
    expect(running).toMatchObject({ handle: { id: 'vendor-1', idempotencyKey: key(job.id) }, attempts: 1 })
    await clock.advance(10_000)
    vendor.finish(key(job.id))
    const done = await reach(job.id, 'succeeded')
    expect(done).toMatchObject({ result: { images: [`https://files.example/${key(job.id)}`] } })
    expect(vendor.submits).toEqual([key(job.id)])
    const trail = await jobs.trail(job.id)
    expect(trail.map(({ from, to, by }) => [from, to, by])).toEqual([
      [undefined, 'queued', 'ann'],
      ['queued', 'submitting', 'worker'],
      ['submitting', 'running', 'worker'],
      ['running', 'succeeded', 'worker'],
    ])
  })

  it('ends with the answer to its submit where that is the end', async () => {
    const { create, reach, vendor } = await createTestWorld({ atOnce: true })
    const job = await create()
    expect(await reach(job.id, 'succeeded')).toMatchObject({ attempts: 1 })
    expect(vendor.calls).toEqual(['submit', 'collect'])
  })

  it('is not looked at again once it has ended', async () => {
    const { create, reach, vendor, clock } = await createTestWorld({ atOnce: true })
    await reach((await create()).id, 'succeeded')
    const { length } = vendor.calls
    await clock.advance(3_600_000)
    expect(vendor.calls).toHaveLength(length)
  })

  it('is polled at the pace of the work, and no faster', async () => {
    const { create, reach, vendor, clock } = await createTestWorld()
    await reach((await create()).id, 'running')
    await clock.advance(20_000)
    expect(vendor.calls.filter((call) => call === 'status')).toHaveLength(10)
  })

  it('tells those who watch it each change, until it ends', async () => {
    const { create, jobs, vendor, clock, key } = await createTestWorld()
    const { id } = await create()
    const seen: string[] = []
    const watching = (async () => {
      for await (const job of jobs.events(id)) {
        const status = job.state === 'running' ? `:${job.status?.state ?? 'new'}` : ''
        seen.push(`${job.state}${status}`)
      }
    })()
    await clock.advance(5_000)
    vendor.finish(key(id), { state: 'running', progress: 0.5 })
    await clock.advance(5_000)
    vendor.finish(key(id))
    await clock.advance(5_000)
    await watching
    expect(seen.at(0)).toBe('queued')
    expect(seen).toContain('running:running')
    expect(seen.at(-1)).toBe('succeeded')
    expect(new Set(seen).size).toBeLessThanOrEqual(seen.length)
  })

  it('stops being watched without an error when the watcher leaves', async () => {
    const { create, jobs, clock } = await createTestWorld({ started: false })
    const { id } = await create()
    const leaving = new AbortController()
    const seen: string[] = []
    const watching = (async () => {
      for await (const { state } of jobs.events(id, { abortSignal: leaving.signal })) seen.push(state)
    })()
    await clock.flush()
    leaving.abort()
    await watching
    expect(seen).toEqual(['queued'])
  })

  it('that nobody has cannot be watched', async () => {
    const { jobs } = await createTestWorld({ started: false })
    await expect(jobs.events('job_none').next()).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('failures', () => {
  it('of the job at the vendor end it, with what they cost', async () => {
    const { create, reach, vendor, key } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    const { LikenessError } = await import('@likeness/core')
    vendor.finish(key(id), { state: 'failed', error: new LikenessError({ kind: 'content-blocked', message: 'No.' }) })
    expect(await reach(id, 'failed')).toMatchObject({
      error: { kind: 'content-blocked', billed: 'maybe', handle: { id: 'vendor-1' } },
    })
  })

  it('of a question pass: it is asked again, more slowly each time', async () => {
    const { create, reach, vendor, clock, key } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    const { refusal } = await import('./test-vendor.js')
    const startedAt = clock.now()
    const askedAt: number[] = []
    const fail = () => {
      askedAt.push(clock.now() - startedAt)
      if (askedAt.length < 5) vendor.before.status = fail
      throw refusal('unavailable')
    }
    vendor.before.status = fail
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    const gaps = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0))
    expect(gaps).toEqual([750, 1_500, 3_000, 6_000])
  })

  it('of a question that say that the job is gone end it', async () => {
    const { create, reach, vendor } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    const { refusal } = await import('./test-vendor.js')
    vendor.before.status = () => {
      throw refusal('not-found')
    }
    expect(await reach(id, 'failed')).toMatchObject({ error: { kind: 'not-found', billed: 'maybe' } })
  })

  it('of the work itself are no failure of the job', async () => {
    const { create, reach, vendor, key, warnings } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    vendor.before.status = () => {
      throw new TypeError('a mistake')
    }
    vendor.before.collect = () => {
      throw new Error('the disk is full')
    }
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    expect(warnings.join()).toContain('the disk is full')
  })

  it('to read the result for good end the job as paid for', async () => {
    const { create, reach, vendor, key } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    const { refusal } = await import('./test-vendor.js')
    vendor.before.collect = () => {
      throw refusal('expired')
    }
    vendor.finish(key(id))
    expect(await reach(id, 'failed')).toMatchObject({ error: { kind: 'expired', billed: 'yes' } })
  })
})

describe('a deadline', () => {
  it('fails a job that the vendor never ends, after one more look', async () => {
    const { create, reach, clock } = await createTestWorld({ deadlineMs: 600_000 })
    const { id, createdAt } = await create()
    const job = await reach(id, 'failed')
    expect(job).toMatchObject({ error: { kind: 'timeout', billed: 'maybe', handle: { id: 'vendor-1' } } })
    expect(clock.now() - createdAt).toBeLessThan(605_000)
  })

  it('flags it where it is to be waited for, and the job may still succeed', async () => {
    const { create, reach, vendor, clock, jobs, key, now } = await createTestWorld({ deadlineMs: 600_000 })
    const { id } = await create({ onOverdue: 'wait' })
    await reach(id, 'running')
    await clock.advance(700_000)
    expect(await now(id)).toMatchObject({ state: 'running', overdue: true })
    const asked = vendor.calls.length
    await clock.advance(600_000)
    expect(vendor.calls.length - asked).toBeLessThanOrEqual(10)
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    expect((await jobs.trail(id)).filter(({ reason }) => reason.includes('deadline'))).toHaveLength(1)
  })

  it('of the caller holds whatever the pace of the work says', async () => {
    const { create, reach, clock } = await createTestWorld({ deadlineMs: 3_600_000 })
    const { id, createdAt } = await create({ deadlineMs: 300_000 })
    expect(await reach(id, 'failed')).toMatchObject({ error: { kind: 'timeout', billed: 'maybe' } })
    expect(clock.now() - createdAt).toBeLessThan(305_000)
  })

  it('of the caller counts from the creation, and holds for what was never sent', async () => {
    const limits = () => ({ concurrentJobs: 1 })
    const { create, reach, vendor, key } = await createTestWorld({ limits })
    const first = await create({ deadlineMs: 900_000 })
    const second = await create({ deadlineMs: 300_000 })
    expect(await reach(second.id, 'failed')).toMatchObject({ error: { kind: 'timeout', billed: 'no' }, attempts: 0 })
    vendor.finish(key(first.id))
    await reach(first.id, 'succeeded')
    expect(vendor.submits).toHaveLength(1)
  })
})
