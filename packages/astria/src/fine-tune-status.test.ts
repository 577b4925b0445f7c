import type { JobHandle, JsonObject } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { fineTunePace, fineTuneStatus, isPastRetention, listItemOf } from './fine-tune-status.js'
import { tuneSchema } from './responses.js'

const created = '2026-11-20T10:00:00.000Z'
const eta = '2026-11-20T10:10:00.000Z'
const trained = '2026-11-20T10:07:30.123Z'
const at = (time: string) => Date.parse(time)

function handle(changes: Partial<JobHandle> = {}): JobHandle {
  return {
    version: 1,
    kind: 'fine-tune',
    provider: 'astria',
    id: '26',
    idempotencyKey: 'order-4711',
    startedAt: created,
    subject: { className: 'man', name: 'John' },
    data: { base_tune_id: 1504944, model_type: 'lora', eta },
    ...changes,
  }
}

/** As recorded in 2024: a tune just created. */
const fresh = {
  id: 26,
  title: 'John - order-4711',
  name: 'man',
  token: 'ohwx',
  eta,
  callback: null,
  created_at: created,
  updated_at: created,
  started_training_at: null,
  trained_at: null,
  expires_at: null,
  model_type: 'lora',
  branch: 'flux1',
  base_tune_id: 1504944,
  steps: null,
  args: null,
  orig_images: ['https://mp.astria.ai/a'],
}

function status(fields: object, now = created, job = handle()) {
  return fineTuneStatus('astria', tuneSchema.parse({ ...fresh, ...fields }), job, at(now))
}

function modelOf(fields: object, data: JsonObject = {}) {
  const result = status({ trained_at: trained, ...fields }, trained, handle({ data }))
  if (result.state !== 'succeeded') throw new Error(`expected a model, got ${result.state}`)
  return result.model
}

describe('where a tune stands', () => {
  it.each<[string, object, string, object]>([
    ['just created', {}, created, { state: 'queued', etaMs: 600_000 }],
    ['started', { started_training_at: created }, created, { state: 'running', etaMs: 600_000 }],
    ['later than announced', { started_training_at: created }, '2026-11-20T11:00:00Z', { state: 'running', etaMs: 0 }],
    ['nearly overdue', {}, '2026-11-20T12:10:00Z', { state: 'queued' }],
    ['long overdue', {}, '2026-11-20T12:10:01Z', { state: 'failed', error: { kind: 'job-failed', billed: 'maybe' } }],
    [
      'a training announced to take two hours is given six more',
      { eta: '2026-11-20T12:00:00Z' },
      '2026-11-20T17:59:00Z',
      { state: 'queued' },
    ],
    ['trained', { trained_at: trained, started_training_at: created }, trained, { state: 'succeeded' }],
    ['trained before it was created (FaceID)', { trained_at: '2026-11-20T09:59:59Z' }, created, { state: 'succeeded' }],
    ['kept 30 days', { trained_at: trained }, '2026-12-20T10:07:31Z', { state: 'expired' }],
    [
      'extended',
      { trained_at: trained, expires_at: '2027-01-19T10:07:30Z' },
      '2026-12-21T00:00:00Z',
      { state: 'succeeded' },
    ],
    ['with words nobody has heard of', { status: 'transmogrifying', phase: 3 }, created, { state: 'queued' }],
  ])('%s', (_what, fields, now, expected) => {
    expect(status(fields, now)).toMatchObject(expected)
  })

  it('without an ETA goes by the usual time', () => {
    const job = handle({ data: {} })
    expect(status({ eta: null }, '2026-11-20T12:09:00Z', job)).toMatchObject({ state: 'queued' })
    expect(status({ eta: null }, '2026-11-20T12:11:00Z', job)).toMatchObject({ state: 'failed' })
  })

  it('takes the class from the tune where the handle has no subject, and refuses to invent one', () => {
    const { subject: _, ...bare } = handle()
    expect(status({ trained_at: trained }, trained, bare)).toMatchObject({ model: { subject: { className: 'man' } } })
    expect(() => status({ trained_at: trained, name: null }, trained, bare)).toThrow(/handle\.subject/)
  })

  it('refuses a trained_at that is no date rather than waiting for ever', () => {
    expect(tuneSchema.safeParse({ ...fresh, trained_at: 'soon' }).success).toBe(false)
  })

  it('drops what it can do without', () => {
    expect(tuneSchema.parse({ ...fresh, cost_mc: 'free', prompts: 'none', eta: 'soon' })).toMatchObject({ id: '26' })
  })
})

describe('the model', () => {
  it('has all that a prompt needs', () => {
    expect(modelOf({ cost_mc: 150_000, steps: 300 })).toEqual({
      provider: 'astria',
      id: '26',
      base: 'flux-1-dev',
      subject: { className: 'man', name: 'John' },
      trigger: 'ohwx',
      createdAt: trained,
      expiresAt: '2026-12-20T10:07:30.123Z',
      data: { kind: 'lora', baseTuneId: 1504944 },
      cost: {
        amount: 1_500_000_000,
        currency: 'USD',
        source: 'vendor-response',
        lines: [{ label: 'training', quantity: 1, unit: 'run', amount: 1_500_000_000 }],
      },
    })
  })

  it.each<[string, object, JsonObject, object]>([
    [
      'SDXL',
      { branch: 'sdxl1', model_type: 'pti', base_tune_id: 666678 },
      {},
      { base: 'sdxl-1', data: { kind: 'lora' } },
    ],
    ['SDXL without base', { branch: 'sdxl1', base_tune_id: null }, {}, { data: { baseTuneId: 666678 } }],
    ['FaceID', { model_type: 'faceid', token: null }, {}, { data: { kind: 'faceid' } }],
    [
      'a checkpoint',
      { branch: 'sd15', model_type: null, token: null },
      {},
      { trigger: 'sks', data: { kind: 'checkpoint' } },
    ],
    [
      'a mock',
      { branch: 'fast', model_type: null, token: 'sks' },
      {},
      { mock: true, base: 'flux-1-dev', data: { kind: 'mock' } },
    ],
    ['a base of the caller', { base_tune_id: 99 }, {}, { base: 'astria-99', data: { baseTuneId: 99 } }],
    [
      'a reply that holds little',
      { token: undefined, model_type: undefined, base_tune_id: undefined },
      { token: 'zwx', model_type: 'faceid', base_tune_id: 690204 },
      { trigger: 'zwx', data: { kind: 'faceid', baseTuneId: 690204 } },
    ],
  ])('%s', (_what, fields, data, expected) => {
    expect(modelOf(fields, data)).toMatchObject(expected)
  })

  it('has no trigger where FaceID has none', () => {
    expect(modelOf({ model_type: 'faceid', token: null })).not.toHaveProperty('trigger')
  })
})

describe('the pace', () => {
  it('is that of the ETA, and ends after the status does', () => {
    const pace = fineTunePace(handle())
    expect(pace).toMatchObject({ minimumMs: 10_000, expectedMs: 600_000 })
    expect(status({}, new Date(at(created) + pace.deadlineMs - 1000).toISOString())).toMatchObject({ state: 'failed' })
  })

  it('is never faster than the settings say', () => {
    const pace = fineTunePace(handle(), 120_000)
    expect([pace.minimumMs, pace.maximumMs]).toEqual([120_000, 120_000])
  })
})

describe('retention', () => {
  it('is 30 days, or until the tune goes that owns the pictures', () => {
    expect(isPastRetention(handle(), at('2026-12-20T09:59:59Z'))).toBe(false)
    expect(isPastRetention(handle(), at('2026-12-20T10:00:00Z'))).toBe(true)
    expect(isPastRetention(handle({ data: { keptUntil: '2026-11-25T00:00:00Z' } }), at('2026-11-25T00:00:00Z'))).toBe(
      true,
    )
  })
})

describe('the list', () => {
  it('has the model of a trained tune', () => {
    const item = listItemOf('astria', tuneSchema.parse({ ...fresh, trained_at: trained }), at(trained))
    expect(item).toMatchObject({ id: '26', name: 'John - order-4711', state: 'succeeded', createdAt: created })
    expect(item.model).toMatchObject({ id: '26', subject: { className: 'man' } })
  })

  it('has no model where the class is not known', () => {
    const item = listItemOf('astria', tuneSchema.parse({ ...fresh, trained_at: trained, name: null }), at(trained))
    expect(item).not.toHaveProperty('model')
  })
})
