import type { FineTunedModel } from '@likeness/core'
import { afterEach, describe, expect, it } from 'vitest'
import { fineTuneRequest, image, loraModel, model } from '../test/requests.js'
import { type Answer, type ReceivedRequest, startVendor } from '../test/vendor-server.js'
import { createSegmind } from './provider.js'
import type { SegmindSettings } from './settings.js'

const key = 'SG_0123456789abcdef'
type Vendor = Awaited<ReturnType<typeof startVendor>>
const vendors: Vendor[] = []
afterEach(async () => {
  await Promise.all(vendors.splice(0).map((vendor) => vendor.close()))
})

async function setUp(answers: Record<string, (request: ReceivedRequest) => Answer>, settings: SegmindSettings = {}) {
  const vendor = await startVendor((request, origin) => {
    const path = new URL(request.url, origin).pathname
    if (path === '/finetune/request/upload/pre-signed-url' && !answers[path]) {
      return { body: { presigned_url: `${origin}/bucket/a.zip?X-Amz-Signature=s`, s3_url: 'https://bucket/a.zip' } }
    }
    if (path === '/bucket/a.zip' && !answers[path]) return {}
    return answers[path]?.(request)
  })
  vendors.push(vendor)
  const provider = createSegmind({ apiKey: key, baseURL: vendor.origin, managementURL: vendor.origin, ...settings })
  return { vendor, provider }
}

const submitted = { status: 'REQUESTED', finetune_id: 'job-1', name: 'dog-key-00000001' }
const paths = ({ requests }: Vendor) => requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`)

describe('start', () => {
  it('uploads the archive to the presigned place without the key, then submits once', async () => {
    const { vendor, provider } = await setUp({ '/finetune/request/submit': () => ({ body: submitted }) })
    const started = await provider.fineTune.start(fineTuneRequest({ steps: 300 }))
    expect(paths(vendor)).toEqual([
      'GET /finetune/request/upload/pre-signed-url',
      'PUT /bucket/a.zip',
      'POST /finetune/request/submit',
    ])
    const [presign, put, submit] = vendor.requests
    expect(presign?.headers).toMatchObject({ 'x-api-key': key, 'content-type': 'application/json' })
    expect(vendor.json(0)).toEqual({ name: 'dog-key-00000001.zip' })
    expect(put?.headers).not.toHaveProperty('x-api-key')
    expect(Number(put?.headers['content-length'])).toBe(put?.body.length)
    expect(put?.body.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
    expect(put?.body.includes('content of two.jpg')).toBe(true)
    expect(submit?.headers).toMatchObject({ 'x-api-key': key })
    expect(vendor.json(2)).toMatchObject({
      data_source_path: 'https://bucket/a.zip',
      base_model: 'FLUX_PRO',
      advance_parameters: { iterations: 300 },
    })
    expect(started).toMatchObject({
      handle: {
        version: 1,
        kind: 'fine-tune',
        provider: 'segmind',
        id: 'job-1',
        idempotencyKey: 'key-00000001',
        subject: { className: 'dog' },
        data: { baseModel: 'FLUX_PRO', trigger: 'TOK' },
      },
      estimate: { minimum: 4_000_000_000, maximum: 4_000_000_000, asOf: '2025-10' },
    })
    expect(JSON.parse(JSON.stringify(started.handle))).toEqual(started.handle)
  })

  it('reads the id of both spellings, and asks for a public upload where one is needed', async () => {
    const answer = { body: { status: 'REQUESTED', request_id: 'job-2' } }
    const { vendor, provider } = await setUp({ '/finetune/request/submit': () => answer })
    const providerOptions = { segmind: { baseModel: 'FAST_FLUX' } }
    const { handle, estimate } = await provider.fineTune.start(fineTuneRequest({ providerOptions }))
    expect(handle.id).toBe('job-2')
    expect(estimate).toBeUndefined()
    expect(vendor.json(0)).toEqual({ name: 'dog-key-00000001.zip', public: true })
  })

  it('sends nothing when the archive is too large or options are unknown', async () => {
    const { vendor, provider } = await setUp({})
    const large = image('big.jpg', { bytes: 99_999_900 })
    await expect(provider.fineTune.start(fineTuneRequest({ images: [large] }))).rejects.toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'images', message: expect.stringContaining('100000000') }],
    })
    const providerOptions = { segmind: { learning_rate: 1 } }
    await expect(provider.fineTune.validate(fineTuneRequest({ providerOptions }))).rejects.toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'providerOptions.segmind.learning_rate' }],
    })
    expect(vendor.requests).toEqual([])
  })

  it('finds options under its own id, else under the vendor name', async () => {
    const { provider } = await setUp({}, { id: 'segmind-eu' })
    for (const name of ['segmind', 'segmind-eu']) {
      const providerOptions = { [name]: { nonsense: true } }
      await expect(provider.fineTune.validate(fineTuneRequest({ providerOptions }))).rejects.toMatchObject({
        fields: [{ field: `providerOptions.${name}.nonsense` }],
      })
    }
    await provider.fineTune.validate(fineTuneRequest({ providerOptions: { fal: { nonsense: true } } }))
  })

  it('says that trainings are closed, and where to go', async () => {
    const gone = { status: 410, body: { error: 'Fine-tuning is deprecated' } }
    const { vendor, provider } = await setUp({ '/finetune/request/submit': () => gone })
    await expect(provider.fineTune.start(fineTuneRequest())).rejects.toMatchObject({
      kind: 'unavailable',
      retry: 'elsewhere',
      billed: 'no',
      operation: 'fine-tune.submit',
      hint: expect.stringContaining('2025-10-31'),
    })
    expect(paths(vendor).filter((path) => path.startsWith('POST'))).toHaveLength(1)
  })

  it('leaves the outcome open when the answer cannot be read', async () => {
    const { vendor, provider } = await setUp({ '/finetune/request/submit': () => ({ body: { status: 'REQUESTED' } }) })
    await expect(provider.fineTune.start(fineTuneRequest())).rejects.toMatchObject({ kind: 'outcome-unknown' })
    expect(paths(vendor).filter((path) => path.startsWith('POST'))).toHaveLength(1)
  })

  it('keeps the key out of errors', async () => {
    const echo = (request: ReceivedRequest) => ({
      status: 400,
      body: { error: `bad: ${request.headers['x-api-key']}` },
    })
    const { provider } = await setUp({ '/finetune/request/submit': echo })
    const error = await provider.fineTune.start(fineTuneRequest()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'invalid-request' })
    expect(JSON.stringify(error) + String(error)).not.toContain(key)
  })
})

describe('status, find and list', () => {
  const record = { finetune_id: 'job-1', name: 'dog-key-00000001', status: 'TRAINING_INITIATED' }

  it('asks with a JSON body on a GET', async () => {
    const { vendor, provider } = await setUp({ '/finetune/request/details': () => ({ body: { finetune: record } }) })
    const handle = {
      version: 1,
      kind: 'fine-tune',
      provider: 'segmind',
      id: 'job-1',
      idempotencyKey: 'key-00000001',
      startedAt: '2026-02-01T10:00:00.000Z',
      data: { baseModel: 'FLUX_PRO', trigger: 'TOK' },
    } as const
    expect(await provider.fineTune.status(handle)).toEqual({ state: 'running', message: 'TRAINING_INITIATED' })
    expect(paths(vendor)).toEqual(['GET /finetune/request/details'])
    expect(vendor.json(0)).toEqual({ request_id: 'job-1' })
    expect(provider.fineTune.pace(handle)).toMatchObject({ minimumMs: 12_000 })
  })

  it('finds a lost job by its name, the newest, and none that is older than the request', async () => {
    const since = Date.parse('2026-02-01T10:00:00Z')
    const rows = [
      { ...record, finetune_id: 'old', created_ts: '2026-01-31T10:00:00Z' },
      { ...record, finetune_id: 'new', created_ts: '2026-02-01T10:00:01Z' },
      { ...record, finetune_id: 'newest', created_ts: '2026-02-01T10:00:02Z' },
      { ...record, finetune_id: 'other', name: 'dog-key-00000002', created_ts: '2026-02-01T10:00:03Z' },
    ]
    const { provider } = await setUp({ '/finetune/request/list': () => ({ body: rows }) })
    expect(await provider.fineTune.find(fineTuneRequest(), { since })).toMatchObject({
      id: 'newest',
      startedAt: '2026-02-01T10:00:02.000Z',
      idempotencyKey: 'key-00000001',
      data: { baseModel: 'FLUX_PRO', trigger: 'TOK' },
      estimate: { minimum: 4_000_000_000 },
    })
    const unsent = fineTuneRequest({ idempotencyKey: 'key-00000009' })
    expect(await provider.fineTune.find(unsent, { since })).toBeUndefined()
  })

  it('cuts the list into pages', async () => {
    const rows = ['a', 'b', 'c'].map((id) => ({ finetune_id: id, status: 'AVAILABLE' }))
    const { provider } = await setUp({ '/finetune/request/list': () => ({ body: rows }) })
    const first = await provider.fineTune.list({ limit: 2 })
    expect(first).toMatchObject({ items: [{ id: 'a', state: 'succeeded' }, { id: 'b' }], next: '2' })
    const second = await provider.fineTune.list({ limit: 2, cursor: '2' })
    expect(second.items.map(({ id }) => id)).toEqual(['c'])
    expect(second).not.toHaveProperty('next')
    await expect(provider.fineTune.list({ cursor: 'x' })).rejects.toMatchObject({ fields: [{ field: 'cursor' }] })
  })

  it('cannot cancel or remove, and sends nothing', async () => {
    const { vendor, provider } = await setUp({})
    await expect(provider.fineTune.remove(model())).rejects.toMatchObject({ kind: 'unsupported' })
    expect(vendor.requests).toEqual([])
  })
})

describe('models', () => {
  it('changes access by a form with Python booleans', async () => {
    const { vendor, provider } = await setUp({ '/finetune/request/access-update': () => ({}) })
    await provider.updateAccess(model(), { public: true })
    expect(vendor.requests[0]).toMatchObject({ method: 'PUT' })
    expect(vendor.requests[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(vendor.requests[0]?.body.toString()).toBe(`request_id=${model().id}&segmind_public=True`)
  })

  it('asks for the address of weights by a form on a GET, also for a model known by its id alone', async () => {
    const address = 'https://bucket/model.safetensors?X-Amz-Signature=s'
    const stored = 'https://bucket/model.safetensors'
    const { vendor, provider } = await setUp({
      '/finetune/request/details': () => ({ body: { finetune: { status: 'AVAILABLE', cloud_storage_url: stored } } }),
      '/finetune/request/file/download': () => ({ headers: { 'content-type': 'text/plain' }, body: address }),
    })
    const licence = 'LicenseRef-FLUX-1-dev-Non-Commercial-License'
    const weights = { format: 'diffusers-lora', base: 'flux-1-dev', licence, url: address }
    expect(await provider.fineTune.locateWeights(loraModel)).toEqual(weights)
    expect(vendor.requests[1]?.body.toString()).toBe(`cloud_storage_url=${encodeURIComponent(stored)}`)
    const known: FineTunedModel = { ...loraModel, weights: { ...weights, url: stored, bytes: 7 } }
    expect(await provider.fineTune.locateWeights(known)).toEqual({ ...weights, bytes: 7 })
    expect(vendor.requests).toHaveLength(3)
  })

  it('has no weights of Flux Pro models', async () => {
    const { vendor, provider } = await setUp({})
    await expect(provider.fineTune.locateWeights(model())).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(provider.fineTune.downloadWeights(model())).rejects.toMatchObject({ kind: 'unsupported' })
    expect(vendor.requests).toEqual([])
  })
})
