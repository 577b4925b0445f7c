import { estimateOf, type JobHandle, priceLine } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { fineTuneState, fineTuneStatus } from './fine-tune-status.js'
import { fineTuneDetailsSchema, fineTuneListSchema } from './responses.js'

const price = { amount: 4_000_000_000, unit: 'run', asOf: '2025-10', source: 'test' }
const handle: JobHandle = {
  version: 1,
  kind: 'fine-tune',
  provider: 'segmind',
  id: 'job-1',
  idempotencyKey: 'key-00000001',
  startedAt: '2026-02-01T10:00:00.000Z',
  subject: { className: 'dog', name: 'Rex' },
  estimate: estimateOf('2025-10', [priceLine('FLUX_PRO training', price, 1)]),
  data: { baseModel: 'FLUX_PRO', trigger: 'RVX' },
}

// The example of the "Fast Flux fine tuning API" page.
const details = {
  finetune: {
    id: 'row-1',
    finetune_id: 'job-1',
    name: 'dog-key-00000001',
    data_source_path: 'https://finetune-pipeline.s3.amazonaws.com/uploads/x.zip',
    instance_prompt: 'a photo of RVX dog',
    status: 'AVAILABLE',
    source_type: 'AWS_S3',
    base_model: 'FLUX_PRO',
    slug: 'job-1-dog',
    public_model: false,
    error_message: null,
    cloud_storage_url: 'https://finetune-pipeline.s3.amazonaws.com/model.safetensors',
    created_ts: '2026-02-01T10:00:01.123Z',
    updated_ts: '2026-02-01T11:00:00Z',
  },
}
const statusOf = (changes: object = {}) =>
  fineTuneStatus(fineTuneDetailsSchema.parse({ finetune: { ...details.finetune, ...changes } }), handle)

describe('states', () => {
  it.each([
    ['REQUESTED', 'queued'],
    ['DATA_PROCESSING', 'running'],
    ['TRAINING_INITIATED', 'running'],
    ['TRAINING_COMPLETED', 'deploying'],
    ['INFERENCE_QUEUED', 'deploying'],
    ['DEPLOYING', 'deploying'],
    ['AVAILABLE', 'succeeded'],
    ['FAILED', 'failed'],
    ['RETRIED', 'running'],
    ['SOMETHING_NEW', 'running'],
    [undefined, 'running'],
    [null, 'running'],
  ] as const)('%s is %s', (name, state) => {
    expect(fineTuneState(name)).toBe(state)
    if (name) expect(statusOf({ status: name }).state).toBe(state)
  })
})

describe('an available model', () => {
  it('has the slug it is called by, and the price table as its cost', () => {
    expect(statusOf()).toMatchObject({
      state: 'succeeded',
      cost: { amount: 4_000_000_000, source: 'price-table' },
      model: {
        provider: 'segmind',
        id: 'job-1',
        base: 'flux-1-pro',
        subject: { className: 'dog', name: 'Rex' },
        trigger: 'RVX',
        createdAt: '2026-02-01T10:00:01.123Z',
        data: { baseModel: 'FLUX_PRO', slug: 'job-1-dog', public: false },
        cost: { source: 'price-table' },
      },
    })
    expect(statusOf()).not.toHaveProperty('model.weights')
  })

  it('has weights where they can be downloaded', () => {
    expect(statusOf({ base_model: 'FLUX' })).toMatchObject({
      model: {
        base: 'flux-1-dev',
        weights: {
          url: details.finetune.cloud_storage_url,
          access: 'vendor',
          format: 'diffusers-lora',
          base: 'flux-1-dev',
        },
        data: { baseModel: 'FLUX' },
      },
    })
  })

  it('finds the slug in the inference URL, and does without what is missing', () => {
    const url = 'https://api.segmind.com/v1/job-1-other'
    expect(statusOf({ slug: null, inference_api_url: url })).toMatchObject({ model: { data: { slug: 'job-1-other' } } })
    const bare = statusOf({ slug: null, created_ts: 'yesterday', base_model: 'NEW', public_model: null })
    expect(bare).toMatchObject({ model: { createdAt: handle.startedAt, base: 'flux-1-pro' } })
  })
})

it('a handle without its subject is refused, rather than given another', () => {
  const { subject: _, ...rest } = handle
  expect(() => fineTuneStatus(fineTuneDetailsSchema.parse(details), rest)).toThrowError(/names no subject/)
})

it('a failed training tells why', () => {
  const message = 'Looks like empty dataset. Please do not create subfolders, only zip the images'
  expect(statusOf({ status: 'FAILED', error_message: message })).toMatchObject({
    state: 'failed',
    error: { kind: 'job-failed', message: expect.stringContaining('empty dataset'), provider: 'segmind' },
  })
})

it('details are read bare too, and lists in likely envelopes', () => {
  expect(fineTuneDetailsSchema.parse(details.finetune).status).toBe('AVAILABLE')
  expect(fineTuneDetailsSchema.safeParse({ error: 'no' }).success).toBe(false)
  for (const list of [[details.finetune], { finetunes: [details.finetune] }, { data: [details.finetune] }]) {
    expect(fineTuneListSchema.parse(list)).toMatchObject([{ finetune_id: 'job-1' }])
  }
  expect(fineTuneListSchema.safeParse({ message: 'hello' }).success).toBe(false)
})
