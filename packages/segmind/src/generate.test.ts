import type { JobHandle } from '@likeness/core'
import { afterEach, describe, expect, it } from 'vitest'
import { generateRequest, model, readAll } from '../test/requests.js'
import { type Answer, type ReceivedRequest, startVendor } from '../test/vendor-server.js'
import { createSegmind } from './provider.js'
import type { SegmindSettings } from './settings.js'

type Vendor = Awaited<ReturnType<typeof startVendor>>
const vendors: Vendor[] = []
afterEach(async () => {
  await Promise.all(vendors.splice(0).map((vendor) => vendor.close()))
})

async function setUp(
  answer: (path: string, request: ReceivedRequest, origin: string) => Answer | undefined,
  settings: SegmindSettings = {},
) {
  const vendor = await startVendor((request, origin) => answer(request.url, request, origin))
  vendors.push(vendor)
  const provider = createSegmind({ apiKey: 'SG_0123456789abcdef', baseURL: vendor.origin, maxRetries: 0, ...settings })
  return { vendor, provider }
}

const paths = ({ requests }: Vendor) => requests.map(({ method, url }) => `${method} ${url}`)
const png = Buffer.from('89504e470d0a1a0a010203040549454e44', 'hex')

describe('v2', () => {
  const picture = 'https://images.segmind.com/generations/a.jpeg'

  it('submits, asks where it is told to, and reads the result', async () => {
    const { vendor, provider } = await setUp((path, _, origin) => {
      switch (path) {
        case '/v2/b7a4f5de-dog':
          return {
            body: { request_id: 'r1', status: 'QUEUED', status_url: `${origin}/s/r1`, response_url: `${origin}/o/r1` },
          }
        case '/s/r1':
          return { body: { status: 'COMPLETED', request_id: 'r1', metrics: {} } }
        case '/o/r1':
          return { body: { status: 'COMPLETED', output: picture, metrics: { cost: 0.06 }, seed: 5 } }
        default:
          return undefined
      }
    })
    const { handle, estimate, status } = await provider.generate.start(generateRequest({ seed: 5 }))
    expect(status).toBeUndefined()
    expect(estimate).toMatchObject({ maximum: 60_000_000 })
    expect(handle).toMatchObject({ id: 'r1', kind: 'generation', n: 1, data: { inference: 'v2' } })
    expect(vendor.json(0)).toEqual({ prompt: 'a painting of TOK', seed: 5 })
    const resumed: JobHandle = JSON.parse(JSON.stringify(handle))
    expect(await provider.generate.status(resumed)).toMatchObject({
      state: 'succeeded',
      images: [{ url: picture, seed: 5 }],
      cost: { amount: 60_000_000, source: 'vendor-response' },
    })
    expect(paths(vendor)).toEqual(['POST /v2/b7a4f5de-dog', 'GET /s/r1', 'GET /o/r1'])
    expect(vendor.requests.every(({ headers }) => headers['x-api-key'] === 'SG_0123456789abcdef')).toBe(true)
  })

  it('never follows a URL to another host: it asks at the documented place', async () => {
    const { vendor, provider } = await setUp((path) => {
      const elsewhere = 'http://127.0.0.1:9/steal'
      if (path.startsWith('/v2/b7a'))
        return { body: { request_id: 'r/1', status_url: elsewhere, response_url: elsewhere } }
      return { body: { status: 'COMPLETED', output: picture } }
    })
    const { handle } = await provider.generate.start(generateRequest())
    await provider.generate.status(handle)
    expect(paths(vendor).slice(1)).toEqual(['GET /v2/requests/r%2F1/status', 'GET /v2/requests/r%2F1'])
  })

  const handle: JobHandle = {
    version: 1,
    kind: 'generation',
    provider: 'segmind',
    id: 'r1',
    idempotencyKey: 'key-00000002',
    startedAt: '2026-02-01T10:00:00.000Z',
    n: 1,
    data: { inference: 'v2' },
  }

  it('a failed job is an answer, though served as 422', async () => {
    const body = { status: 'FAILED', error: 'Prompt is required', metrics: {} }
    const { provider, vendor } = await setUp(() => ({ status: 422, body }))
    expect(await provider.generate.status(handle)).toMatchObject({
      state: 'failed',
      error: { kind: 'job-failed', message: expect.stringContaining('Prompt is required') },
    })
    expect(vendor.requests).toHaveLength(1)
  })

  it('a forgotten job has expired', async () => {
    const { provider } = await setUp(() => ({ status: 404, body: { error: 'Request r1 not found' } }))
    expect(await provider.generate.status(handle)).toEqual({ state: 'expired' })
  })

  it('a result that is lost between two questions has expired, one that failed has failed', async () => {
    const completed = { body: { status: 'COMPLETED' } }
    const gone = await setUp((path) => (path.endsWith('/status') ? completed : { status: 404, body: { error: 'no' } }))
    expect(await gone.provider.generate.status(handle)).toEqual({ state: 'expired' })
    const failing = { status: 422, body: { status: 'FAILED', error: 'late' } }
    const late = await setUp((path) => (path.endsWith('/status') ? completed : failing))
    expect(await late.provider.generate.status(handle)).toMatchObject({ state: 'failed' })
  })

  it('other refusals stay errors', async () => {
    const { provider } = await setUp(() => ({ status: 401, body: { error: 'Unauthorized' } }))
    await expect(provider.generate.status(handle)).rejects.toMatchObject({ kind: 'authentication' })
  })

  it('looks up the slug of a model that is known by its id alone', async () => {
    const { vendor, provider } = await setUp((path) =>
      path === '/finetune/request/details'
        ? { body: { finetune: { status: 'AVAILABLE', slug: 'found-slug' } } }
        : { body: { request_id: 'r1' } },
    )
    await provider.generate.start(generateRequest({ models: [{ model: model({ data: undefined }) }] }))
    expect(paths(vendor)).toEqual(['GET /finetune/request/details', 'POST /v2/found-slug'])
  })

  it('sends one paid request when the answer is lost, and says that it cannot know', async () => {
    const { vendor, provider } = await setUp(
      () => ({ status: 504, body: '<html><title>504 Gateway Time-out</title>' }),
      {
        maxRetries: 3,
      },
    )
    const attempts: string[] = []
    const started = provider.generate.start(generateRequest(), { onAttempt: ({ outcome }) => attempts.push(outcome) })
    await expect(started).rejects.toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(vendor.requests).toHaveLength(1)
    expect(attempts).toEqual(['unknown'])
  })

  it('tells how long a 429 asks to wait', async () => {
    const now = Date.parse('2026-02-01T10:00:00Z')
    const clock = { now: () => now, sleep: () => Promise.resolve() }
    const headers = { 'x-rate-limit-reset-at-utc': '2026-02-01 10:00:30' }
    const { provider } = await setUp(() => ({ status: 429, headers, body: { error: 'Rate limit' } }), { clock })
    await expect(provider.generate.start(generateRequest())).rejects.toMatchObject({
      kind: 'rate-limited',
      retry: 'later',
      retryAfterMs: 30_000,
    })
  })
})

describe('v1', () => {
  it('ends with the answer: raw bytes', async () => {
    const headers = { 'content-type': 'image/png', 'x-cost': '0.0601', 'x-request-id': 'q1', 'x-seed-value': '9' }
    const { vendor, provider } = await setUp(() => ({ headers, body: png }), { inference: 'v1' })
    const { handle, status } = await provider.generate.start(generateRequest())
    expect(paths(vendor)).toEqual(['POST /v1/b7a4f5de-dog'])
    expect(handle).toMatchObject({ id: 'q1', data: { inference: 'v1' } })
    expect(status).toMatchObject({
      state: 'succeeded',
      images: [{ mediaType: 'image/png', seed: 9 }],
      cost: { amount: 60_100_000, source: 'vendor-response' },
    })
    if (status?.state !== 'succeeded' || !status.images[0]) throw new Error('no picture')
    const download = await provider.generate.download(status.images[0])
    expect(download.mediaType).toBe('image/png')
    expect(await readAll(download.stream)).toEqual(png)
    expect(await provider.generate.status(handle)).toEqual({ state: 'expired' })
    expect(vendor.requests).toHaveLength(1)
  })

  it('can be asked for one request, and JSON with base64 is read as well', async () => {
    const { provider } = await setUp(() => ({ body: { image: png.toString('base64') } }))
    const providerOptions = { segmind: { inference: 'v1' } }
    const { status } = await provider.generate.start(generateRequest({ providerOptions }))
    expect(status).toMatchObject({ images: [{ url: `data:image/png;base64,${png.toString('base64')}` }] })
  })
})

describe('downloads', () => {
  it('read from the configured host, and from no other private one', async () => {
    const { vendor, provider } = await setUp(() => ({ headers: { 'content-type': 'image/png' }, body: png }))
    const { stream } = await provider.generate.download({ url: `${vendor.origin}/files/a.png` })
    expect(await readAll(stream)).toEqual(png)
    expect(vendor.requests[0]?.headers).not.toHaveProperty('x-api-key')
    await expect(provider.generate.download({ url: 'http://127.0.0.1:9/a.png' })).rejects.toMatchObject({
      kind: 'invalid-response',
    })
  })
})

it('has no find, cancel, remove or list, and sends nothing', async () => {
  const { vendor, provider } = await setUp(() => ({}))
  const { generate } = provider
  await expect(generate.find(generateRequest(), { since: 0 })).rejects.toMatchObject({ kind: 'unsupported' })
  await expect(generate.list()).rejects.toMatchObject({ kind: 'unsupported' })
  expect(vendor.requests).toEqual([])
})
