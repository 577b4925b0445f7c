import { describe, expect, it } from 'vitest'
import { createTestWorld } from './test-world.js'

describe('a callback', () => {
  it('makes its job look at once', async () => {
    const { create, jobs, vendor, reach, clock, key } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    await clock.advance(2_500)
    vendor.finish(key(id))
    expect(await jobs.receive({ provider: 'test', eventId: 'a', jobId: 'vendor-1' })).toEqual({
      duplicate: false,
      jobs: [id],
    })
    const at = clock.now()
    await reach(id, 'succeeded')
    expect(clock.now()).toBe(at)
    expect(await jobs.inbox(id)).toMatchObject([{ eventId: 'a', seenAt: at }])
  })

  it('that is faster than the answer to the submit is not lost', async () => {
    const { create, jobs, vendor, reach, clock, key } = await createTestWorld()
    const receptions: unknown[] = []
    vendor.afterAccepted = async () => {
      const [paid = ''] = vendor.submits
      vendor.finish(paid)
      receptions.push(
        await jobs.receive({ provider: 'test', eventId: 'early', jobId: 'vendor-1', body: { status: 'OK' } }),
      )
      await clock.sleep(500)
    }
    const { id, createdAt } = await create()
    await reach(id, 'succeeded')
    // The next poll would have come two seconds later.
    expect(clock.now() - createdAt).toBe(500)
    expect(receptions).toEqual([{ duplicate: false, jobs: [] }])
    expect(await jobs.inbox(id)).toMatchObject([
      { eventId: 'early', body: { status: 'OK' }, seenAt: expect.any(Number) },
    ])
    expect(vendor.submits).toEqual([key(id)])
  })

  it('that carries our key finds its job before the vendor has answered', async () => {
    const { create, jobs, vendor, reach, clock, key } = await createTestWorld()
    const { id } = await create()
    vendor.afterAccepted = async () => {
      const event = { provider: 'test', eventId: 'early', jobId: 'not-known-yet', idempotencyKey: key(id) }
      expect(await jobs.receive(event)).toEqual({ duplicate: false, jobs: [id] })
      vendor.finish(key(id))
    }
    await reach(id, 'succeeded')
    expect(clock.now() % 1_000).toBe(0)
    expect(vendor.calls).toEqual(['submit', 'status', 'collect'])
  })

  it('that comes while the vendor is being asked makes it be asked again', async () => {
    const { create, jobs, vendor, reach, clock, key } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    let at = 0
    vendor.work.status = async () => {
      if (at > 0) return { state: 'succeeded', images: [{ url: 'https://files.example/a' }], failures: [] }
      at = clock.now()
      // The answer was on its way when the job ended.
      await jobs.receive({ provider: 'test', eventId: 'a', jobId: 'vendor-1' })
      return { state: 'running' }
    }
    await reach(id, 'succeeded')
    expect(clock.now()).toBe(at)
    expect(vendor.submits).toEqual([key(id)])
  })

  it('that comes twice changes nothing the second time', async () => {
    const { create, jobs, vendor, reach, clock } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    const event = { provider: 'test', eventId: 'a', jobId: 'vendor-1' }
    await jobs.receive(event)
    await clock.flush()
    const asked = vendor.calls.length
    expect(await jobs.receive(event)).toEqual({ duplicate: true, jobs: [id] })
    await clock.flush()
    expect(vendor.calls).toHaveLength(asked)
  })

  it('for nobody is kept and can be seen', async () => {
    const { jobs } = await createTestWorld({ started: false })
    const event = { provider: 'test', eventId: 'a', jobId: 'of-somebody-else', body: { status: 'OK' } }
    expect(await jobs.receive(event)).toEqual({ duplicate: false, jobs: [] })
    expect(await jobs.inbox('unmatched')).toMatchObject([{ vendorJobId: 'of-somebody-else', body: { status: 'OK' } }])
  })

  it('after the end changes nothing', async () => {
    const { create, jobs, vendor, reach, clock } = await createTestWorld({ atOnce: true })
    const { id } = await create()
    const done = await reach(id, 'succeeded')
    await jobs.receive({ provider: 'test', eventId: 'late', jobId: 'vendor-1' })
    await clock.advance(60_000)
    expect(await jobs.get(id)).toEqual(done)
    expect(vendor.calls).toEqual(['submit', 'collect'])
  })

  it('names a picture or a training where a vendor counts them apart', async () => {
    const { create, jobs, vendor, reach, clock } = await createTestWorld()
    const picture = await create()
    await reach(picture.id, 'running')
    const training = await create({ kind: 'fine-tune' })
    const handles = vendor.work.submit
    vendor.work.submit = async (job, call) => {
      const submitted = await handles(job, call)
      return { handle: { ...submitted.handle, id: 'vendor-1' } }
    }
    await reach(training.id, 'running')
    const event = { provider: 'test', jobId: 'vendor-1' }
    expect(await jobs.receive({ ...event, eventId: 'a', kind: 'generation' })).toMatchObject({ jobs: [picture.id] })
    expect(await jobs.receive({ ...event, eventId: 'b', kind: 'fine-tune' })).toMatchObject({ jobs: [training.id] })
    expect((await jobs.receive({ ...event, eventId: 'c' })).jobs).toHaveLength(2)
    await clock.flush()
  })
})
