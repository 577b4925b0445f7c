import type { RequestListener } from 'node:http'
import { LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { answer, deafPort, failure, KEY, loopback, status, submit, transportTo } from '../test/support.js'
import type { Operation } from './operation.js'

describe('a request', () => {
  it('goes below the base URL with query, headers, key and JSON body', async () => {
    const bodies: string[] = []
    const vendor = await loopback((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => answer(response, 201, '{"id":7}'))
    })
    const { transport, onAttempt, attempts } = transportTo(`${vendor.baseURL}/v1/`, {
      settings: { headers: { 'X-App': 'a', 'X-Both': 'settings' } },
    })
    const reply = await transport.send(
      { ...submit, query: { n: 2, draft: true, none: undefined, 'a b': 'ü&' }, headers: { 'X-Both': 'operation' } },
      { onAttempt, headers: { 'X-Call': 'c', AUTHORIZATION: 'Key other' } },
    )
    expect(reply).toMatchObject({ status: 201, body: { id: 7 }, headers: { 'content-type': 'application/json' } })
    expect(bodies.join('')).toBe('{"prompt":"x"}')
    const [sent] = vendor.requests
    expect(sent?.method).toBe('POST')
    expect(sent?.url).toBe('/v1/jobs?n=2&draft=true&a%20b=%C3%BC%26')
    expect(sent?.headers).toMatchObject({
      authorization: `Key ${KEY}`,
      'content-type': 'application/json',
      'content-length': '14',
      'x-app': 'a',
      'x-both': 'operation',
      'x-call': 'c',
    })
    expect(attempts).toEqual([
      { provider: 'acme', operation: 'generation.submit', outcome: 'accepted', at: expect.any(String), ms: 0 },
    ])
  })

  it('may be a GET with a body, and a form', async () => {
    const bodies: string[] = []
    const vendor = await loopback((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => answer(response, 200, '{}'))
    })
    const { transport } = transportTo(vendor.baseURL)
    await transport.send({ ...status, body: { type: 'json', value: { request_id: 'a' } } })
    await transport.send({ ...status, body: { type: 'form', fields: { url: 'https://x.test/?a=b' } } })
    expect(bodies).toEqual(['{"request_id":"a"}', 'url=https%3A%2F%2Fx.test%2F%3Fa%3Db'])
    expect(vendor.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  it('carries a key made for it alone', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    let made = 0
    const { transport } = transportTo(vendor.baseURL, {
      authorization: async () => ({ 'x-api-key': `key-number-${++made}` }),
    })
    await transport.send(status)
    await transport.send(status)
    expect(vendor.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['key-number-1', 'key-number-2'])
  })

  it('is not sent when the key cannot be made', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const missing = new LikenessError({ kind: 'authentication', message: 'no key' })
    const { transport, onAttempt, attempts } = transportTo(vendor.baseURL, {
      authorization: () => Promise.reject(missing),
    })
    await expect(transport.send(submit, { onAttempt })).rejects.toBe(missing)
    expect(vendor.requests).toEqual([])
    expect(attempts).toEqual([])
  })

  it('reuses connections', async () => {
    const vendor = await loopback((request, response) => {
      request.resume().on('end', () => answer(response, 200, '{}'))
    })
    const { transport } = transportTo(vendor.baseURL)
    for (let i = 0; i < 20; i++) await transport.send(submit)
    // undici frees a connection one turn after its answer, so that back-to-back calls alternate between two.
    expect(vendor.connections()).toBeLessThanOrEqual(2)
  })

  it('streams multipart with its exact length, opened anew for each send', async () => {
    const bodies: Buffer[] = []
    const vendor = await loopback((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks))
        answer(response, bodies.length === 1 ? 429 : 200, '{}')
      })
    })
    const { transport } = transportTo(vendor.baseURL)
    let opened = 0
    const open = async function* () {
      opened++
      yield Buffer.from('abc')
    }
    const file = { name: 'images[]', fileName: 'a.jpg', mediaType: 'image/jpeg', bytes: 3, open }
    await transport.send({ ...submit, body: { type: 'multipart', parts: [{ name: 'title', value: 't' }, file] } })
    expect(opened).toBe(2)
    expect(bodies[1]).toEqual(bodies[0])
    expect(Number(vendor.requests[0]?.headers['content-length'])).toBe(bodies[0]?.byteLength)
    expect(vendor.requests[0]?.headers['transfer-encoding']).toBeUndefined()
  })

  it('takes other statuses as answers where the operation says so', async () => {
    const vendor = await loopback((_, response) => answer(response, 400, '{"status":"ALREADY_COMPLETED"}'))
    const { transport } = transportTo(vendor.baseURL)
    await expect(transport.send({ ...status, accept: [400] })).resolves.toMatchObject({ status: 400 })
    expect(await failure(transport.send(status))).toMatchObject({ status: 400 })
  })
})

describe('where a request may go', () => {
  it.each([
    ['another origin', 'https://evil.test/jobs'],
    ['another port', 'http://127.0.0.1:1/jobs'],
    ['no URL', 'jobs'],
    ['a path that leaves its folder', '/jobs/../../admin'],
    ['a path with a fragment', '/jobs#1'],
    ['a path that was not encoded', '/jobs/a b'],
    ['a path that splits the header', '/jobs\r\nx: y'],
    ['a host in the path', '\\\\evil.test'],
  ])('not to %s', async (_, url) => {
    const vendor = await loopback((_request, response) => answer(response, 200, '{}'))
    const { transport } = transportTo(`${vendor.baseURL}/v1`)
    expect(await failure(transport.send({ ...status, url }))).toMatchObject({ kind: 'invalid-request', retry: 'never' })
    expect(vendor.requests).toEqual([])
  })

  it('not to a path without the key, because the path is on the origin of the key', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport } = transportTo(vendor.baseURL)
    expect(await failure(transport.send({ ...status, untrusted: true }))).toMatchObject({ kind: 'invalid-request' })
    expect(vendor.requests).toEqual([])
  })

  it('to an absolute URL on the configured and the trusted origins, with the key', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const second = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport } = transportTo(vendor.baseURL, { trustedOrigins: [second.baseURL] })
    await transport.send({ ...status, url: `${vendor.baseURL}/a?b=1`, query: { c: 2 } })
    await transport.send({ ...status, url: `${second.baseURL}/d` })
    expect(vendor.requests[0]).toMatchObject({ url: '/a?b=1&c=2', headers: { authorization: `Key ${KEY}` } })
    expect(second.requests[0]).toMatchObject({ url: '/d', headers: { authorization: `Key ${KEY}` } })
  })

  it('to an untrusted URL without the key and without the extra headers', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const storage = await loopback((_, response) => response.end())
    const { transport } = transportTo(vendor.baseURL, {
      settings: { allowedHosts: [storage.host], headers: { 'x-proxy-key': 'p' } },
    })
    const put: Operation = {
      name: 'upload',
      effect: 'read',
      method: 'PUT',
      url: `${storage.baseURL}/o?X-Amz-Signature=s`,
      untrusted: true,
      headers: { 'content-type': 'application/zip' },
    }
    await transport.send(put, { headers: { 'x-call-key': 'c' } })
    expect(storage.requests[0]?.url).toBe('/o?X-Amz-Signature=s')
    expect(Object.keys(storage.requests[0]?.headers ?? {})).not.toContain('authorization')
    expect(Object.keys(storage.requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([])
  })

  it('not to an untrusted private address, literal or behind a name', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const port = await deafPort()
    const { transport } = transportTo(vendor.baseURL)
    for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', 'localhost', '10.1.2.3', '2130706433']) {
      const url = `http://${host}:${port}/`
      const error = await failure(transport.send({ ...status, url, untrusted: true }))
      expect(error).toMatchObject({ kind: 'invalid-response', retry: 'never' })
      expect(error.message).toContain('public addresses')
    }
  })

  it('refuses a base URL that is none', () => {
    expect(() => transportTo('queue.fal.run')).toThrow(/baseURL/)
    expect(() => transportTo('file:///etc')).toThrow(/baseURL/)
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i is not followed', async (code) => {
    const vendor = await loopback((_, response) => answer(response, code, '', { location: '/elsewhere' }))
    const { transport } = transportTo(vendor.baseURL)
    expect(await failure(transport.send(status))).toMatchObject({ kind: 'invalid-response', status: code })
    expect(vendor.requests).toHaveLength(1)
  })
})

describe('size', () => {
  it.each<[string, RequestListener]>([
    ['announced, before it comes', (_, response) => response.writeHead(200, { 'content-length': 2000 }).flushHeaders()],
    ['not announced', (_, response) => void response.writeHead(200).end('x'.repeat(2000))],
  ])('of an answer is limited: %s', async (_, listener) => {
    const vendor = await loopback(listener)
    const { transport } = transportTo(vendor.baseURL, { maximumBytes: 1000 })
    const error = await failure(transport.send(status))
    expect(error).toMatchObject({ kind: 'invalid-response' })
    expect(error.message).toContain('larger than 1000 bytes')
    expect(vendor.requests).toHaveLength(1)
  })

  it('within the limit may come in many pieces', async () => {
    const text = JSON.stringify({ a: 'ä'.repeat(200_000) })
    const vendor = await loopback((_, response) => answer(response, 200, text))
    const { transport } = transportTo(vendor.baseURL)
    expect((await transport.send(status)).body).toEqual(JSON.parse(text))
  })
})
