import { describe, expect, it } from 'vitest'
import { createTestWorld } from './test-world.js'

const wanted = {
  kind: 'generation',
  provider: 'test',
  request: { prompt: 'a robot', size: { width: 1, height: 2 } },
} as const

describe('create', () => {
  it('gives the same job for the same key, whatever the order of the request', async () => {
    const { jobs } = await createTestWorld({ started: false })
    const first = await jobs.create({ ...wanted, idempotencyKey: 'one' })
    const again = await jobs.create({
      ...wanted,
      idempotencyKey: 'one',
      request: { size: { height: 2, width: 1 }, prompt: 'a robot' },
      by: 'another',
    })
    expect(first.created).toBe(true)
    expect(again).toEqual({ job: first.job, created: false })
    expect((await jobs.list()).items).toHaveLength(1)
  })

  it.each([
    ['request', { request: { prompt: 'a cat' } }],
    ['provider', { provider: 'other' }],
    ['kind', { kind: 'fine-tune' as const }],
    ['onUnknown', { onUnknown: 'resend' as const }],
    ['deadlineMs', { deadlineMs: 5 }],
  ])('refuses another %s under the same key', async (_, change) => {
    const { jobs } = await createTestWorld({ started: false })
    await jobs.create({ ...wanted, idempotencyKey: 'one' })
    await expect(jobs.create({ ...wanted, ...change, idempotencyKey: 'one' })).rejects.toMatchObject({
      kind: 'conflict',
      fields: [{ field: 'idempotencyKey' }],
    })
  })

  it('keeps the keys of tenants apart', async () => {
    const { jobs } = await createTestWorld({ started: false })
    const one = await jobs.create({ ...wanted, tenant: 'acme', idempotencyKey: 'one' })
    const other = await jobs.create({ ...wanted, tenant: 'globex', idempotencyKey: 'one', request: {} })
    expect(other.job.id).not.toBe(one.job.id)
    expect((await jobs.list({ tenant: 'acme' })).items.map(({ id }) => id)).toEqual([one.job.id])
  })

  it('submits once for 21 creates at the same time', async () => {
    const { jobs, vendor, reach } = await createTestWorld()
    const made = await Promise.all(Array.from({ length: 21 }, () => jobs.create({ ...wanted, idempotencyKey: 'one' })))
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1)
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    await reach(made[0]?.job.id ?? '', 'running')
    expect(vendor.submits).toHaveLength(1)
  })

  it('names every field that is wrong', async () => {
    const { jobs } = await createTestWorld({ started: false })
    const wrong = JSON.parse(
      '{"kind":"video","provider":"","request":[],"onUnknown":"retry","tenant":"","deadlineMs":0}',
    )
    const error: { fields: { field: string }[] } = await jobs.create(wrong).then(
      () => ({ fields: [] }),
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ kind: 'invalid-request' })
    expect(error.fields.map(({ field }) => field).sort()).toEqual(
      ['deadlineMs', 'kind', 'onUnknown', 'provider', 'request', 'tenant'].sort(),
    )
  })

  it('refuses a request that would not come back as it was', async () => {
    const { jobs } = await createTestWorld({ started: false })
    for (const value of [new Date(), Number.NaN, new Uint8Array(2), () => 1]) {
      const request = { value } as never
      await expect(jobs.create({ ...wanted, request })).rejects.toMatchObject({ fields: [{ field: 'request' }] })
    }
  })
})

describe('list', () => {
  it('gives pages, the latest first, that creating more does not shift', async () => {
    const { jobs, clock } = await createTestWorld({ started: false })
    const ids: string[] = []
    for (let i = 0; i < 5; i += 1) {
      ids.unshift((await jobs.create({ ...wanted, tenant: 'acme' })).job.id)
      await clock.advance(1)
    }
    const first = await jobs.list({ tenant: 'acme', limit: 2 })
    await jobs.create({ ...wanted, tenant: 'acme' })
    const second = await jobs.list({ tenant: 'acme', limit: 2, cursor: first.next })
    const third = await jobs.list({ tenant: 'acme', limit: 2, cursor: second.next })
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids)
    expect(third.next).toBeUndefined()
  })

  it('filters', async () => {
    const { jobs } = await createTestWorld({ started: false })
    const { job } = await jobs.create(wanted)
    await jobs.create({ ...wanted, kind: 'fine-tune' })
    await jobs.cancel(job.id)
    expect((await jobs.list({ states: ['canceled'] })).items).toHaveLength(1)
    expect((await jobs.list({ kind: 'fine-tune', states: ['queued'] })).items).toHaveLength(1)
    expect((await jobs.list({ provider: 'other' })).items).toHaveLength(0)
    expect(await jobs.counts()).toMatchObject({ queued: 1, canceled: 1, running: 0 })
  })

  it('refuses limits and cursors that are none', async () => {
    const { jobs } = await createTestWorld({ started: false })
    await expect(jobs.list({ limit: 0 })).rejects.toMatchObject({ fields: [{ field: 'limit' }] })
    await expect(jobs.list({ limit: 201 })).rejects.toMatchObject({ fields: [{ field: 'limit' }] })
    await expect(jobs.list({ cursor: "' or 1=1" })).rejects.toMatchObject({ fields: [{ field: 'cursor' }] })
  })
})
