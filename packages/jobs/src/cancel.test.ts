import { describe, expect, it } from 'vitest'
import { lostAnswer, refusal } from './test-vendor.js'
import { createTestWorld } from './test-world.js'

describe('cancel', () => {
  it('of a job that is queued ends it, whether or not anybody works', async () => {
    const { create, jobs, vendor } = await createTestWorld({ started: false })
    const { id } = await create()
    expect(await jobs.cancel(id, 'ann')).toMatchObject({ state: 'canceled', cancellation: { by: 'ann' }, attempts: 0 })
    expect(vendor.calls).toEqual([])
  })

  it('amid the submit stops it at the vendor once that has answered', async () => {
    const { create, jobs, vendor, clock, reach } = await createTestWorld()
    vendor.afterAccepted = () => clock.sleep(5_000)
    const { id } = await create()
    await clock.flush()
    expect(await jobs.cancel(id)).toMatchObject({ state: 'submitting' })
    expect(await reach(id, 'canceled')).toMatchObject({ handle: { id: 'vendor-1' } })
    expect(vendor.calls).toEqual(['submit', 'cancel'])
  })

  it('of a lost submit finds the job first, and stops it', async () => {
    const { create, jobs, vendor, reach, clock } = await createTestWorld()
    vendor.afterAccepted = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    await reach(id, 'submitting')
    await jobs.cancel(id)
    const at = clock.now()
    await reach(id, 'canceled')
    expect(clock.now()).toBe(at)
    expect(vendor.calls).toEqual(['submit', 'find', 'cancel'])
  })

  it('of a lost submit that never arrived sends nothing again', async () => {
    const { create, jobs, vendor, reach } = await createTestWorld()
    vendor.before.submit = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    await reach(id, 'submitting')
    await jobs.cancel(id)
    await reach(id, 'canceled')
    expect(vendor.submits).toEqual([])
  })

  it('of a running job stops it at the vendor, once', async () => {
    const { create, jobs, vendor, reach } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    await jobs.cancel(id, 'ann')
    await jobs.cancel(id, 'bob')
    expect(await reach(id, 'canceled')).toMatchObject({ cancellation: { by: 'ann' } })
    expect(vendor.calls.filter((call) => call === 'cancel')).toHaveLength(1)
  })

  it.each([
    ['unsupported', 'unsupported'],
    ['not at all', 'unsupported'],
    ['requested', 'requested'],
    ['finished', 'finished'],
  ] as const)('that the vendor answers with %s lets the job go on, and says so', async (cancels, outcome) => {
    const { create, jobs, vendor, reach, key, clock, now } = await createTestWorld({ cancels })
    const { id } = await create()
    await reach(id, 'running')
    await jobs.cancel(id)
    await clock.advance(5_000)
    expect(await now(id)).toMatchObject({ state: 'running', cancellation: { outcome } })
    vendor.finish(key(id))
    expect(await reach(id, 'succeeded')).toMatchObject({ cancellation: { outcome } })
    expect(vendor.calls.filter((call) => call === 'cancel').length).toBeLessThanOrEqual(1)
  })

  it('that the vendor could not be asked for is asked for again', async () => {
    const { create, jobs, vendor, reach } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    vendor.before.cancel = () => {
      throw refusal('unavailable')
    }
    await jobs.cancel(id)
    await reach(id, 'canceled')
    expect(vendor.calls.filter((call) => call === 'cancel')).toHaveLength(2)
  })

  it('of a job that is unknown gives it up, and does not hide that it may be billed', async () => {
    const { create, jobs, vendor, reach } = await createTestWorld({ canBeAsked: false })
    vendor.afterAccepted = () => {
      throw lostAnswer()
    }
    const { id } = await create()
    await reach(id, 'unknown')
    expect(await jobs.cancel(id)).toMatchObject({
      state: 'canceled',
      error: { kind: 'outcome-unknown', billed: 'maybe' },
    })
  })

  it('of a job that has ended changes nothing', async () => {
    const { create, jobs, reach } = await createTestWorld({ atOnce: true })
    const { id } = await create()
    const done = await reach(id, 'succeeded')
    expect(await jobs.cancel(id)).toEqual(done)
  })

  it('of a job that nobody has says so', async () => {
    const { jobs } = await createTestWorld({ started: false })
    await expect(jobs.cancel('job_none')).rejects.toMatchObject({ kind: 'not-found' })
  })
})
