import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { answer, failure, KEY, loopback, status, submit, transportTo } from '../test/support.js'

describe('an error', () => {
  it('says what the vendor said, with what the adapter read from it', async () => {
    const vendor = await loopback((_, response) => {
      answer(response, 422, '{"detail":[{"loc":["body","seed"],"msg":"too big"}]}', { 'x-request-id': 'r1' })
    })
    const { transport } = transportTo(vendor.baseURL, {
      readError: (reply, operation) => ({
        message: `<b>seed</b> too big`,
        kind: 'content-blocked',
        billed: 'maybe',
        code: operation.name,
        requestId: reply.headers['x-request-id'],
        fields: [{ field: 'seed', message: 'too big' }],
      }),
    })
    expect((await failure(transport.send(submit))).toJSON()).toEqual({
      kind: 'content-blocked',
      message: 'acme: generation.submit: seed too big (HTTP 422)',
      retry: 'never',
      billed: 'maybe',
      provider: 'acme',
      operation: 'generation.submit',
      code: 'generation.submit',
      requestId: 'r1',
      status: 422,
      fields: [{ field: 'seed', message: 'too big' }],
    })
  })

  it.each([
    ['{"error":"no such model"}', 'no such model'],
    ['{"error":{"message":"no such model"}}', 'no such model'],
    ['{"detail":"no such model"}', 'no such model'],
    ['{"base":["no such model"]}', 'no such model'],
    ['<html><title>no such model</title>', 'no such model'],
    ['no such model', 'no such model'],
    ['', 'refused'],
    ['{"error":"no such', 'no such'],
  ])('finds the words in %s', async (body, words) => {
    const vendor = await loopback((_, response) => answer(response, 404, body))
    const { transport } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(status))
    expect(error.kind).toBe('not-found')
    expect(error.message).toContain(words)
  })

  it.each([undefined, globalThis.fetch])(
    'never quotes a key that no header can hold, and sends nothing',
    async (fetch) => {
      const vendor = await loopback((_, response) => answer(response, 200, '{}'))
      const { transport } = transportTo(vendor.baseURL, {
        authorization: () => ({ authorization: `Key ${KEY}\nnext` }),
        settings: fetch === undefined ? {} : { fetch },
      })
      const error = await failure(transport.send(submit))
      expect(error).toMatchObject({
        kind: 'invalid-request',
        billed: 'no',
        fields: [{ field: 'headers.authorization' }],
      })
      expect(inspect(error)).not.toContain('supersecret')
      const injecting = transport.send(submit, { headers: { 'x-note': 'a\r\nevil: 1', authorization: 'mine' } })
      expect((await failure(injecting)).billed).toBe('no')
      expect(vendor.requests).toEqual([])
    },
  )

  it('shows no half of a key where a long text is cut', async () => {
    for (let before = 150; before < 205; before += 1) {
      const body = `${'x'.repeat(before)} ${KEY} and more, ${'y'.repeat(300)}`
      const vendor = await loopback((_, response) => answer(response, 401, body, { 'content-type': 'text/plain' }))
      const error = await failure(transportTo(vendor.baseURL).transport.send(status))
      expect(error.message).not.toMatch(/keyid/)
    }
  })

  it('survives an adapter that stumbles over the body', async () => {
    const vendor = await loopback((_, response) => answer(response, 403, '{}'))
    const { transport } = transportTo(vendor.baseURL, {
      readError: () => {
        throw new TypeError('x is undefined')
      },
    })
    const error = await failure(transport.send(status))
    expect(error).toMatchObject({ kind: 'permission', status: 403 })
    expect(error.cause).toMatchObject({ message: 'x is undefined' })
  })

  it.each([401, 403, 422, 429, 500, 503])('never holds the key, though the vendor echoes it with %i', async (code) => {
    const vendor = await loopback((request, response) => {
      const echo = { headers: request.headers, detail: `bad ${request.headers.authorization}`, url: request.url }
      answer(response, code, JSON.stringify(echo), { 'x-request-id': String(request.headers.authorization) })
    })
    const { transport } = transportTo(vendor.baseURL, {
      settings: { maxRetries: 0, headers: { 'x-proxy-token': 'proxysecret99' } },
      readError: ({ body, headers }) => ({
        message: `echo ${JSON.stringify(body)}`,
        code: String(headers['x-request-id']),
        requestId: headers['x-request-id'],
        hint: `ask about ${KEY}`,
        fields: [{ field: KEY, message: `${KEY} proxysecret99` }],
        cause: new Error(`inner ${KEY}`, { cause: { KEY } }),
      }),
    })
    for (const operation of [status, submit]) {
      const error = await failure(transport.send({ ...operation, query: { token: 'querysecret77' } }))
      const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error.stack)
      for (const secret of ['supersecret5678', 'keyid1234', 'proxysecret99', 'querysecret77']) {
        expect(shown).not.toContain(secret)
      }
    }
  })

  it('names a key with a line break as the mistake it is, and does not show it', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport } = transportTo(vendor.baseURL, { authorization: () => ({ authorization: 'Key abc\ndef12345' }) })
    const error = await failure(transport.send(submit))
    expect(error).toMatchObject({ kind: 'invalid-request', billed: 'no' })
    expect(inspect(error, { depth: 20 })).not.toContain('def12345')
    expect(vendor.requests).toEqual([])
  })
})
