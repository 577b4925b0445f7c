import type { Operation } from '@likeness/adapter-kit'
import { describe, expect, it } from 'vitest'
import { readError } from './errors.js'

const operation = (name: string): Operation => ({ name, effect: 'paid', method: 'POST', url: '/' })
const read = (status: number, body: unknown, name = 'generation.submit', headers: Record<string, string> = {}) =>
  readError({ status, headers, body }, operation(name))

describe("the vendor's refusals", () => {
  it.each([
    [400, { error: 'malformed body' }, { kind: 'invalid-request' }],
    [400, { error: 'lora_rank must be 16 or 32' }, { kind: 'invalid-request', fields: [{ field: 'rank' }] }],
    [401, { error: 'Missing Authorization or x-api-key in header' }, { kind: 'authentication', hint: /x-api-key/ }],
    [
      401,
      { error: 'Unauthorized. API key is invalid or may have expired...' },
      { kind: 'authentication', hint: /SEGMIND/ },
    ],
    [401, { error: 'unauthorized', error_description: 'Bad key', status_code: 401 }, { message: 'Segmind: Bad key' }],
    [402, { error: 'Insufficient credits. You have 0.0 credits.' }, { kind: 'insufficient-credits' }],
    [403, { error: 'Model not allowed' }, { kind: 'permission' }],
    [404, { error: 'Model not found' }, { kind: 'not-found' }],
    [405, '<html><title>405 Not Allowed</title></html>', { kind: undefined, message: undefined }],
    [406, { error: 'Insufficient credits. Please top up.' }, { kind: 'insufficient-credits' }],
    [406, { error: 'Team spend limit reached' }, { kind: 'insufficient-credits' }],
    [406, { error: 'Invalid content type' }, { kind: 'invalid-request' }],
    [406, { error: 'steps is out of range' }, { kind: 'invalid-request', fields: [{ field: 'steps' }] }],
    [410, { error: 'Model retired' }, { kind: 'unavailable', retry: 'elsewhere' }],
    [422, { error: 'aspect_ratio: not allowed' }, { kind: 'invalid-request', fields: [{ field: 'aspectRatio' }] }],
    [422, { error: 'Content Moderated' }, { kind: 'content-blocked' }],
    [429, { error: 'rate limit' }, { kind: 'rate-limited' }],
    [500, { error: 'boom' }, { kind: 'unavailable', billed: 'no' }],
    [500, '<html>oops</html>', { kind: undefined, billed: undefined }],
    [502, { error: 'bad gateway' }, { kind: undefined, billed: undefined }],
    [504, '<html><title>504 Gateway Time-out</title></html>', { kind: undefined, billed: undefined }],
  ])('%d %o', (status, body, expected) => {
    const error: Record<string, unknown> = { ...read(status, body) }
    for (const [name, value] of Object.entries(expected)) {
      if (value instanceof RegExp) expect(error[name]).toMatch(value)
      else if (typeof value === 'object') expect(error[name]).toMatchObject(value)
      else expect(error[name]).toBe(value)
    }
  })

  it.each([
    [410, { error: 'Gone' }],
    [400, { error: 'Fine-tuning is deprecated; new training jobs are not accepted' }],
    [403, { error: 'The fine-tuning service is closed' }],
    [404, 'This API has been discontinued'],
  ])('says where to go since trainings are closed: %d %o', (status, body) => {
    for (const name of ['fine-tune.submit', 'upload']) {
      expect(read(status, body, name)).toMatchObject({
        kind: 'unavailable',
        retry: 'elsewhere',
        hint: expect.stringMatching(/2025-10-31.*fal or Astria/),
      })
    }
  })

  it('does not take a broken server for a closed one', () => {
    expect(read(500, { error: 'deprecated' }, 'fine-tune.submit')).not.toHaveProperty('kind')
    expect(read(400, { error: 'the connection was closed' }, 'fine-tune.submit').kind).toBe('invalid-request')
  })

  it('does not take an upload address that has expired for a missing permission', () => {
    const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'
    expect(read(403, xml, 'upload')).toMatchObject({ kind: 'unavailable' })
    expect(read(403, { error: 'Not allowed' }, 'upload')).toMatchObject({ kind: 'permission' })
  })

  it('keeps the request id', () => {
    expect(read(400, {}, 'generation.submit', { 'x-request-id': 'abc' }).requestId).toBe('abc')
  })

  it('survives any body', () => {
    for (const body of [undefined, null, 7, [], { error: null }, { error: { message: 7 } }, Buffer.from('x')]) {
      expect(read(400, body).kind).toBe('invalid-request')
    }
  })
})
