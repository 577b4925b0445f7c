import { estimateOf, type JobHandle, type JsonObject } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { generatePace, generationStatus, promptItemOf } from './generate-status.js'
import { promptSchema } from './responses.js'

const created = '2026-11-20T10:00:00.000Z'
const trained = '2026-11-20T10:01:00.000Z'

/** As recorded in 2024: a prompt just created. `cfg_scale` is text. */
const fresh = {
  id: 29,
  callback: null,
  text: '<lora:123456:1> ohwx man',
  negative_prompt: '',
  cfg_scale: '3.0',
  steps: null,
  seed: 42,
  num_images: 2,
  tune_id: 1504944,
  trained_at: null,
  started_training_at: null,
  created_at: created,
  updated_at: created,
  url: 'https://api.astria.ai/tunes/1504944/prompts/29.json',
  images: [],
}
const urls = ['https://mp.astria.ai/aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'https://mp.astria.ai/bbbbbbbbbbbbbbbbbbbbbbbbbbbb']

function status(fields: object, data: JsonObject = {}, n = 2) {
  return generationStatus('astria', promptSchema.parse({ ...fresh, ...fields }), { n, data })
}

describe('where a prompt stands', () => {
  it.each<[string, object, object]>([
    ['just created', {}, { state: 'queued' }],
    ['without images, as documented', { images: undefined }, { state: 'queued' }],
    ['started', { started_training_at: created }, { state: 'running' }],
    [
      'in progress',
      { started_training_at: created, progress_timing_seconds: 40, progress_elapsed_seconds: 10 },
      { state: 'running', progress: 0.25, etaMs: 30_000 },
    ],
    [
      'slower than it thought',
      { started_training_at: created, progress_timing_seconds: 40, progress_elapsed_seconds: 90 },
      { state: 'running', progress: 1, etaMs: 0 },
    ],
    ['done', { trained_at: trained, images: urls }, { state: 'succeeded', failures: [] }],
    ['with pictures but no date', { images: urls }, { state: 'succeeded' }],
    [
      'run twice: started after it was trained',
      { trained_at: created, started_training_at: trained, images: urls },
      { state: 'succeeded' },
    ],
    ['refused', { trained_at: trained, user_error: 'No face' }, { state: 'failed', error: { kind: 'job-failed' } }],
    ['refused before it was trained', { user_error: 'No face' }, { state: 'failed' }],
    ['done without a picture', { trained_at: trained, images: [] }, { state: 'failed', error: { billed: 'maybe' } }],
    ['with an empty user_error', { user_error: '' }, { state: 'queued' }],
  ])('%s', (_what, fields, expected) => {
    expect(status(fields)).toMatchObject(expected)
  })

  it("shows Astria's own words", () => {
    const failed = status({ trained_at: trained, user_error: 'Upload a clearer face, please' })
    expect(failed.state === 'failed' && failed.error.message).toContain('Upload a clearer face, please')
  })
})

describe('the pictures', () => {
  it('keep their order, and are kept 30 days', () => {
    const done = status({ trained_at: trained, images: urls })
    expect(done.state === 'succeeded' && done.images).toEqual([
      { url: urls[0], expiresAt: '2026-12-20T10:01:00.000Z' },
      { url: urls[1], expiresAt: '2026-12-20T10:01:00.000Z' },
    ])
  })

  it('go with the checkpoint they were made under', () => {
    const done = status({ trained_at: trained, images: urls }, { keptUntil: '2026-11-25T00:00:00.000Z' })
    expect(done.state === 'succeeded' && done.images[0]?.expiresAt).toBe('2026-11-25T00:00:00.000Z')
  })

  it('have a media type where Astria names one, and a seed where there is one picture', () => {
    const done = status({ trained_at: trained, images: urls.slice(0, 1), content_types: ['image/png'] }, {}, 1)
    expect(done.state === 'succeeded' && done.images).toMatchObject([{ mediaType: 'image/png', seed: 42 }])
  })

  it('that are missing are failures, and the others are kept', () => {
    const done = status({ trained_at: trained, images: urls.slice(0, 1), user_error: 'One was blocked' })
    if (done.state !== 'succeeded') throw new Error(done.state)
    expect(done.images).toHaveLength(1)
    expect(done.failures.map(({ error }) => error.kind)).toEqual(['job-failed'])
    expect(done.failures[0]?.error.message).toContain('One was blocked')
  })
})

describe('the cost', () => {
  const estimate = estimateOf('2026-11-20', [{ label: 'pictures', quantity: 2, unit: 'image', amount: 60_000_000 }])
  const done = (fields: object, job: Pick<JobHandle, 'n' | 'data' | 'estimate'>) =>
    generationStatus('astria', promptSchema.parse({ ...fresh, images: urls, trained_at: trained, ...fields }), job)

  it('is what Astria says', () => {
    expect(done({ cost_mc: 6000 }, { data: {}, estimate })).toMatchObject({
      cost: { amount: 60_000_000, source: 'vendor-response' },
    })
  })

  it('else what the price table says, as long as it leaves no range', () => {
    expect(done({}, { data: {}, estimate })).toMatchObject({ cost: { amount: 60_000_000, source: 'price-table' } })
    const range = { ...estimate, maximum: 90_000_000 }
    expect(done({}, { data: {}, estimate: range })).toMatchObject({ cost: undefined })
  })

  it('of a failed prompt is unknown, whatever its price: only a price of nothing is sure', () => {
    expect(done({ images: [] }, { data: {}, estimate })).toMatchObject({ state: 'failed', error: { billed: 'maybe' } })
    for (const price of [{}, { cost_mc: 3000 }]) {
      expect(done({ images: [], ...price }, { data: {}, estimate })).not.toHaveProperty('cost')
    }
    expect(done({ images: [], cost_mc: 0 }, { data: {}, estimate })).toMatchObject({ cost: { amount: 0 } })
  })
})

describe('the pace', () => {
  const handle: JobHandle = {
    version: 1,
    kind: 'generation',
    provider: 'astria',
    id: '29',
    idempotencyKey: 'picture-1',
    startedAt: created,
    n: 4,
    data: {},
  }

  it('is at most every two seconds, and expects what was seen', () => {
    expect(generatePace(handle)).toMatchObject({ minimumMs: 2000, expectedMs: 140_000 })
    expect(generatePace(handle, 15_000)).toMatchObject({ minimumMs: 15_000, maximumMs: 15_000 })
  })
})

describe('the list', () => {
  it('has prompt, state and pictures', () => {
    const item = promptItemOf('astria', promptSchema.parse({ ...fresh, trained_at: trained, images: urls }))
    expect(item).toMatchObject({ id: '29', prompt: fresh.text, state: 'succeeded', createdAt: created })
    expect(item.images).toHaveLength(2)
  })
})
