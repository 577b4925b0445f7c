import type { Reply } from '@likeness/adapter-kit'
import type { JobHandle } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { generationState, generationStatus, synchronousResult } from './generate-status.js'
import { generationResultSchema, generationStatusSchema } from './responses.js'

const handle: JobHandle = {
  version: 1,
  kind: 'generation',
  provider: 'segmind',
  id: '0123456789abcdef0123456789abcdef',
  idempotencyKey: 'key-00000002',
  startedAt: '2026-02-01T10:00:00.000Z',
  n: 1,
  data: { inference: 'v2' },
}
const state = (body: object, httpStatus = 200) =>
  generationState(generationStatusSchema.parse(body), handle, httpStatus)
const result = (body: object) => generationStatus(generationResultSchema.parse(body), handle)
const url = 'https://images.segmind.com/generations/a.jpeg'

describe('states', () => {
  it.each([
    ['QUEUED', { state: 'queued', message: 'QUEUED' }],
    ['PROCESSING', { state: 'running', message: 'PROCESSING' }],
    ['WARMING_UP', { state: 'running', message: 'WARMING_UP' }],
    ['COMPLETED', 'completed'],
  ])('%s', (status, expected) => {
    expect(state({ status, metrics: {} })).toEqual(expected)
  })

  it('a failed job costs nothing and names the field', () => {
    const body = {
      error: 'guidance: Input should be less than or equal to 5',
      metrics: { inference_time: 0.1 },
      status: 'FAILED',
    }
    expect(state(body, 422)).toMatchObject({
      state: 'failed',
      error: { kind: 'job-failed', billed: 'no', requestId: handle.id, fields: [{ field: 'guidanceScale' }] },
    })
    expect(state(body, 422)).not.toHaveProperty('cost')
  })

  it('a 422 is a failure whatever its body says', () => {
    expect(state({ error: { message: 'no' } }, 422)).toMatchObject({ state: 'failed' })
  })

  it('blocked content is told apart', () => {
    expect(state({ status: 'FAILED', error: 'Request Moderated' }, 422)).toMatchObject({
      error: { kind: 'content-blocked', retry: 'never' },
    })
  })
})

describe('results', () => {
  it('has the picture, its seed, when it goes, and what was charged', () => {
    const images = [{ url, content_type: 'image/jpeg', file_name: 'a.jpeg', file_size: '12345' }]
    expect(result({ status: 'COMPLETED', output: url, images, seed: 7, metrics: { cost: 0.05 } })).toEqual({
      state: 'succeeded',
      images: [{ url, mediaType: 'image/jpeg', seed: 7, expiresAt: '2026-02-08T10:00:00.000Z' }],
      failures: [],
      cost: {
        amount: 50_000_000,
        currency: 'USD',
        source: 'vendor-response',
        lines: [{ label: 'generation', quantity: 1, unit: 'run', amount: 50_000_000 }],
      },
    })
  })

  it.each([
    ['a URL', url],
    ['an array of URLs', [url]],
    ['an array of files', [{ url }]],
  ])('reads output as %s', (_, output) => {
    expect(result({ status: 'COMPLETED', output })).toMatchObject({ state: 'succeeded', images: [{ url }] })
  })

  it('leaves an unknown cost unknown', () => {
    expect(result({ status: 'COMPLETED', output: url })).toHaveProperty('cost', undefined)
    expect(result({ status: 'COMPLETED', output: url, metrics: 'none' })).toHaveProperty('cost', undefined)
  })

  it('tells the credits that are left, and never loses the cost over them', () => {
    const metadata = (remaining_credits: unknown) =>
      result({ status: 'COMPLETED', output: url, metrics: { cost: 0.05, remaining_credits } })
    expect(metadata(9.5)).toMatchObject({ metadata: { remainingCredits: 9.5 }, cost: { amount: 50_000_000 } })
    expect(metadata(0)).toMatchObject({ metadata: { remainingCredits: 0 } })
    expect(metadata('many')).toMatchObject({ cost: { amount: 50_000_000 } })
    expect(metadata('many')).not.toHaveProperty('metadata')
  })

  it('a completed job without a picture has failed', () => {
    expect(result({ status: 'COMPLETED', output: '', metrics: { cost: 0.05 } })).toMatchObject({
      state: 'failed',
      error: { kind: 'invalid-response', billed: 'yes' },
      cost: { amount: 50_000_000 },
    })
  })

  it('a result that is not there yet is still running', () => {
    expect(result({ status: 'PROCESSING', output: '' })).toMatchObject({ state: 'running' })
  })
})

describe('synchronous answers', () => {
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
  const png = Buffer.concat([start, Buffer.from('IEND')])
  const succeeded = (...given: Parameters<typeof synchronousResult>) => {
    const status = synchronousResult(...given)
    if (status.state !== 'succeeded') throw status.error
    return status
  }
  const reply = (body: unknown, headers: Record<string, string>): Reply => ({ status: 200, headers, body })

  it('are the picture itself', () => {
    const headers = {
      'content-type': 'image/png',
      'x-cost': '0.034',
      'x-seed-value': '42',
      'x-remaining-credits': '9.5',
    }
    const { images, cost, metadata } = succeeded(reply(png, headers), 'segmind')
    expect(images).toEqual([
      { url: `data:image/png;base64,${png.toString('base64')}`, mediaType: 'image/png', seed: 42 },
    ])
    expect(cost).toMatchObject({ amount: 34_000_000, source: 'vendor-response' })
    expect(metadata).toEqual({ remainingCredits: 9.5 })
  })

  it('or JSON that holds it', () => {
    const body = { image: png.toString('base64') }
    const { images, cost } = succeeded(reply(body, { 'content-type': 'application/json' }), 'segmind')
    expect(images).toMatchObject([{ url: `data:image/png;base64,${png.toString('base64')}`, mediaType: 'image/png' }])
    expect(cost).toBeUndefined()
  })

  it('or nothing that can be read, which may have cost money', () => {
    for (const body of [undefined, { image: 'no base64!' }, 'hello']) {
      expect(() => synchronousResult(reply(body, { 'content-type': 'application/json' }), 'segmind')).toThrowError(
        expect.objectContaining({ kind: 'outcome-unknown', billed: 'maybe' }),
      )
    }
  })

  it('or a picture cut short, which is no picture, and paid for', () => {
    const headers = { 'content-type': 'image/png', 'x-cost': '0.034', 'x-request-id': 'request-1' }
    expect(synchronousResult(reply(start, headers), 'segmind')).toMatchObject({
      state: 'failed',
      error: { kind: 'invalid-response', billed: 'yes', requestId: 'request-1' },
      cost: { amount: 34_000_000 },
    })
  })
})
