import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failure, KEY, status, submit, transportTo } from '../test/support.js'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

// What the three vendors were seen to answer (collected in 2026); how each adapter reads it is tested there.
describe('the wire', () => {
  it('carries what an operation says', async () => {
    nock('https://queue.fal.test', { reqheaders: { authorization: `Key ${KEY}` } })
      .post('/fal-ai/flux-lora', { prompt: 'x' })
      .query({ fal_webhook: 'https://app.test/hook?a=1' })
      .reply(200, { request_id: 'r', queue_position: 0 })
    const { transport } = transportTo('https://queue.fal.test')
    const query = { fal_webhook: 'https://app.test/hook?a=1' }
    const reply = await transport.send({ ...submit, url: '/fal-ai/flux-lora', query })
    expect(reply.body).toEqual({ request_id: 'r', queue_position: 0 })
    expect(nock.isDone()).toBe(true)
  })

  it.each([
    ['fal without balance', 403, { detail: 'User is locked. Reason: Exhausted balance.' }, 'permission', 'Exhausted'],
    ['fal with a bad key', 401, { detail: 'invalid key credentials' }, 'authentication', 'invalid key'],
    ['Astria with a bad key', 401, 'HTTP Token: Access denied.\n', 'authentication', 'Access denied'],
    ['Astria with a wrong field', 422, { name: ['only English letters'] }, 'invalid-request', 'only English letters'],
    ['Segmind with an empty account', 402, { error: 'Insufficient credits.' }, 'insufficient-credits', 'Insufficient'],
    ['Segmind with a wrong verb', 405, '<html><title>405 Not Allowed</title></html>', 'invalid-request', 'Not Allowed'],
    ['Segmind with a retired model', 410, { error: 'Model retired' }, 'not-found', 'retired'],
  ])('brings %s', async (_, code, body, kind, words) => {
    nock('https://vendor.test').post('/jobs').reply(code, body)
    const { transport } = transportTo('https://vendor.test')
    const error = await failure(transport.send(submit))
    expect(error).toMatchObject({ kind, status: code, billed: 'no' })
    expect(error.message).toContain(words)
  })

  it('brings the reset of a rate limit', async () => {
    const { transport, clock } = transportTo('https://vendor.test')
    const at = new Date(clock.now() + 12_000).toISOString()
    nock('https://vendor.test').get('/jobs/1').reply(429, {}, { 'x-rate-limit-reset-at-utc': at })
    nock('https://vendor.test').get('/jobs/1').reply(200, { ok: true })
    await expect(transport.send(status)).resolves.toMatchObject({ body: { ok: true } })
    expect(clock.pauses).toEqual([12_000])
  })

  it('sends nothing that was not asked for', async () => {
    const { transport } = transportTo('https://vendor.test', { settings: { maxRetries: 0 } })
    const error = await failure(transport.send(status))
    expect(error.kind).toBe('network')
    expect(JSON.stringify(error) + String(error.cause)).not.toContain('supersecret5678')
  })
})
