import { describe, expect, it } from 'vitest'
import { createTestWorld } from './test-world.js'

describe('remove', () => {
  it('forgets a job that has ended, with everything about it', async () => {
    const { create, jobs, reach, database } = await createTestWorld({ atOnce: true })
    const { id } = await create({ idempotencyKey: 'one' })
    await reach(id, 'succeeded')
    await jobs.receive({ provider: 'test', eventId: 'a', jobId: 'vendor-1' })
    await jobs.remove(id)
    for (const table of ['likeness_job', 'likeness_job_trail', 'likeness_job_reference', 'likeness_inbox'] as const) {
      expect(await database.kysely.selectFrom(table).selectAll().execute(), table).toEqual([])
    }
    expect(
      await jobs.create({ kind: 'generation', provider: 'test', request: {}, idempotencyKey: 'one' }),
    ).toMatchObject({
      created: true,
    })
  })

  it('refuses one that goes on, and changes nothing', async () => {
    const { create, jobs, reach } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    await jobs.receive({ provider: 'test', eventId: 'a', jobId: 'vendor-1' })
    await expect(jobs.remove(id)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await jobs.inbox(id)).toHaveLength(1)
    await expect(jobs.remove('job_none')).rejects.toMatchObject({ kind: 'not-found' })
  })
})
