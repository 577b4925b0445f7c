import { inspect } from 'node:util'
import { LikenessError } from '@likeness/core'
import { describe, expect, it, vi } from 'vitest'
import {
  answer,
  deafPort,
  failure,
  KEY,
  loopback,
  silentListener,
  status,
  submit,
  transportTo,
} from '../test/support.js'
import type { Operation } from './operation.js'
import { MAXIMUM_RETRY_AFTER_MS } from './retry-after.js'

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

describe('repeating', () => {
  it.each([408, 429, 500, 502, 503, 504])('a read after %i, as often as allowed', async (code) => {
    const vendor = await loopback((_, response) => answer(response, code, '{}'))
    const { transport, clock } = transportTo(vendor.baseURL, { settings: { maxRetries: 2 } })
    expect(await failure(transport.send(status))).toMatchObject({ status: code })
    expect(vendor.requests).toHaveLength(3)
    expect(clock.pauses).toHaveLength(2)
  })

  it('pauses with growing jitter on the given clock', async () => {
    const vendor = await loopback((_, response) => answer(response, 500, '{}'))
    const { transport, clock } = transportTo(vendor.baseURL)
    await failure(transport.send(status))
    expect(vendor.requests).toHaveLength(4)
    expect(clock.pauses).toEqual([250, 500, 1000])
  })

  it("pauses as long as the vendor says, up to the cap, and tells the vendor's full word at the end", async () => {
    const waits = ['2', '7200', '7200', '7200']
    const vendor = await loopback((_, response) => {
      answer(response, 429, '{}', { 'retry-after': waits.shift() ?? '' })
    })
    const { transport, clock } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(status))
    expect(clock.pauses).toEqual([2000, MAXIMUM_RETRY_AFTER_MS, MAXIMUM_RETRY_AFTER_MS])
    expect(error).toMatchObject({ kind: 'rate-limited', retry: 'later', retryAfterMs: 7_200_000 })
  })

  it('ends with the first answer', async () => {
    let calls = 0
    const vendor = await loopback((_, response) => answer(response, ++calls < 3 ? 502 : 200, '{"ok":true}'))
    const { transport } = transportTo(vendor.baseURL)
    await expect(transport.send(status)).resolves.toMatchObject({ body: { ok: true } })
    expect(calls).toBe(3)
  })

  it.each([400, 401, 402, 403, 404, 409, 410, 413, 422])('never after %i', async (code) => {
    const vendor = await loopback((_, response) => answer(response, code, '{}'))
    const { transport } = transportTo(vendor.baseURL)
    await failure(transport.send(status))
    expect(vendor.requests).toHaveLength(1)
  })

  it('not where the vendor says that it is of no use', async () => {
    const vendor = await loopback((_, response) => answer(response, 500, '{}'))
    const { transport } = transportTo(vendor.baseURL, { readError: () => ({ kind: 'job-failed' }) })
    expect(await failure(transport.send(status))).toMatchObject({ kind: 'job-failed', status: 500 })
    expect(vendor.requests).toHaveLength(1)
  })

  it('of a read whose answer was broken off', async () => {
    let calls = 0
    const vendor = await loopback((_, response) => {
      if (++calls > 1) return answer(response, 200, '{"ok":true}')
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"ok":', () => response.destroy())
    })
    const { transport } = transportTo(vendor.baseURL)
    await expect(transport.send(status)).resolves.toMatchObject({ body: { ok: true } })
  })
})

describe('a paid request', () => {
  it('is sent again when nobody listened, and only then counts as rejected', async () => {
    const { transport, attempts, onAttempt, clock } = transportTo(`http://127.0.0.1:${await deafPort()}`)
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'network', billed: 'no', retry: 'later', operation: 'generation.submit' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
    expect(clock.pauses).toHaveLength(3)
  })

  it('is sent again when the name does not exist', async () => {
    const { transport, attempts, onAttempt } = transportTo('http://nothing.invalid', { settings: { maxRetries: 1 } })
    expect(await failure(transport.send(submit, { onAttempt }))).toMatchObject({ kind: 'network', billed: 'no' })
    expect(attempts).toHaveLength(2)
  })

  it('is sent again when no connection came about in time', async () => {
    const deaf = await silentListener()
    const { transport, attempts, onAttempt } = transportTo(`https://${deaf.host}`, {
      timeoutMs: 100,
      settings: { maxRetries: 1 },
    })
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'timeout', billed: 'no' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected'])
    expect(deaf.connections()).toBe(2)
  })

  it('is sent again after 429', async () => {
    let calls = 0
    const vendor = await loopback((_, response) => answer(response, ++calls === 1 ? 429 : 200, '{}'))
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    await transport.send(submit, { onAttempt })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted'])
    expect(attempts[0]?.error).toMatchObject({ kind: 'rate-limited' })
  })

  it('is never sent again after a 503, which took nothing', async () => {
    const vendor = await loopback((_, response) => answer(response, 503, '{}', { 'retry-after': '3' }))
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'unavailable', billed: 'no', retry: 'later', retryAfterMs: 3000 })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected'])
    expect(vendor.requests).toHaveLength(1)
  })

  it.each([500, 502, 504, 524])('leaves the outcome open after %i', async (code) => {
    const vendor = await loopback((_, response) => answer(response, code, '<title>Bad gateway</title>'))
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL, {
      readError: () => ({ kind: 'unavailable', retry: 'later', hint: 'try again', code: 'busy' }),
    })
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({
      kind: 'outcome-unknown',
      billed: 'maybe',
      retry: 'never',
      status: code,
      code: 'busy',
    })
    expect(error.hint).toMatch(/before sending it again/)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown'])
    expect(vendor.requests).toHaveLength(1)
  })

  it("believes the vendor's own word that a 500 was not charged", async () => {
    const vendor = await loopback((_, response) => answer(response, 500, '{}'))
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL, {
      readError: () => ({ kind: 'unavailable', billed: 'no' }),
    })
    expect(await failure(transport.send(submit, { onAttempt }))).toMatchObject({ kind: 'unavailable', billed: 'no' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected'])
    expect(vendor.requests).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof loopback>[0]]>([
    [
      'reset after it was written',
      (request) => void request.on('end', () => request.socket.resetAndDestroy()).resume(),
    ],
    ['closed without an answer', (request) => void request.on('end', () => request.socket.end()).resume()],
    ['no HTTP', (request) => void request.socket.end('SSH-2.0-x\r\n\r\n')],
    [
      'cut in the middle of the answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{"id":', () => response.destroy())
      },
    ],
    [
      'cut in a chunked answer',
      (_, response) => {
        response.writeHead(200)
        response.write('{"id":', () => response.destroy())
      },
    ],
    ['an answer of broken JSON', (_, response) => answer(response, 200, '{"id":"ab')],
    ['an answer that is HTML and says it is JSON', (_, response) => answer(response, 200, '<html>')],
  ])('leaves the outcome open: %s', async (_, listener) => {
    const vendor = await loopback(listener)
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe', retry: 'never' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown'])
    expect(attempts[0]?.error).toBe(error)
    expect(vendor.requests).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof loopback>[0]]>([
    ['no headers', () => undefined],
    ['no body', (_, response) => void response.writeHead(200, { 'content-length': '9' }).flushHeaders()],
    [
      'a body that trickles',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('leaves the outcome open when time is up: %s', async (_, listener) => {
    const vendor = await loopback(listener)
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL, { timeoutMs: 150 })
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(error.message).toContain('in time')
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown'])
    expect(vendor.requests).toHaveLength(1)
  })

  it('keeps its answer although the listener of attempts fails', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const vendor = await loopback((_, response) => answer(response, 200, '{"id":1}'))
    const { transport } = transportTo(vendor.baseURL)
    const onAttempt = () => {
      throw new Error('ledger is full')
    }
    await expect(transport.send(submit, { onAttempt })).resolves.toMatchObject({ body: { id: 1 } })
    expect(warning).toHaveBeenCalledWith(expect.objectContaining({ message: 'ledger is full' }))
    warning.mockRestore()
  })

  it('whose file changed did not arrive whole, and says which file', async () => {
    const vendor = await loopback((request) => void request.resume())
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const open = async function* () {
      yield Buffer.from('ab')
    }
    const file = { name: 'images[]', fileName: 'cat.jpg', mediaType: 'image/jpeg', bytes: 3, open }
    const error = await failure(
      transport.send({ ...submit, body: { type: 'multipart', parts: [file] } }, { onAttempt }),
    )
    expect(error).toMatchObject({ kind: 'invalid-request', billed: 'no', retry: 'never' })
    expect(error.message).toContain('cat.jpg changed')
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected'])
  })

  it('whose upload cannot be read tells why', async () => {
    const vendor = await loopback((request) => void request.resume())
    const { transport } = transportTo(vendor.baseURL)
    const open = () => {
      throw Object.assign(new Error('EACCES: a.zip'), { code: 'EACCES' })
    }
    const error = await failure(
      transport.send({ ...submit, body: { type: 'stream', mediaType: 'application/zip', bytes: 3, open } }),
    )
    expect(error).toMatchObject({ kind: 'invalid-request', billed: 'no' })
    expect(error.cause).toMatchObject({ code: 'EACCES' })
  })
})

describe('size', () => {
  it.each([
    ['announced', { 'content-length': '2000' }],
    ['not announced', {}],
  ])('of an answer is limited: %s', async (_, headers) => {
    const vendor = await loopback((_request, response) =>
      answer(response, 200, JSON.stringify('x'.repeat(1998)), headers),
    )
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

describe('abort', () => {
  it('beforehand sends nothing', async () => {
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const reason = new Error('enough')
    const error = await failure(transport.send(submit, { abortSignal: AbortSignal.abort(reason), onAttempt }))
    expect(error).toMatchObject({ kind: 'aborted', billed: 'no', retry: 'never' })
    expect(error.cause).toBe(reason)
    expect(vendor.requests).toEqual([])
    expect(attempts).toEqual([])
  })

  it.each([
    ['paid', submit, 'maybe'],
    ['read', status, 'no'],
  ] as const)('in flight ends a %s request at once', async (_, operation, billed) => {
    const controller = new AbortController()
    const reason = { why: 'closed the tab' }
    const vendor = await loopback((request) => {
      request.resume().on('end', () => controller.abort(reason))
    })
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(operation, { abortSignal: controller.signal, onAttempt }))
    expect(error).toMatchObject({ kind: 'aborted', billed, retry: 'never' })
    expect(error.cause).toBe(reason)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(billed === 'maybe' ? ['unknown'] : [])
    expect(vendor.requests).toHaveLength(1)
  })

  it('while it connects writes nothing and ends at once', async () => {
    const controller = new AbortController()
    const deaf = await silentListener(() => controller.abort('enough'))
    const { transport, attempts, onAttempt } = transportTo(`https://${deaf.host}`)
    const error = await failure(transport.send(submit, { abortSignal: controller.signal, onAttempt }))
    expect(error).toMatchObject({ kind: 'aborted', billed: 'no', cause: 'enough' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['rejected'])
    expect(deaf.connections()).toBe(1)
  })

  it('during a pause sends nothing more', async () => {
    const controller = new AbortController()
    const vendor = await loopback((_, response) => answer(response, 500, '{}'))
    const { transport } = transportTo(vendor.baseURL, {
      settings: {
        clock: {
          now: () => 0,
          sleep: (_ms, signal) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
              controller.abort('later')
            }),
        },
      },
    })
    const error = await failure(transport.send(status, { abortSignal: controller.signal }))
    expect(error).toMatchObject({ kind: 'aborted' })
    expect(error.cause).toBe('later')
    expect(vendor.requests).toHaveLength(1)
  })

  it('leaves no listener behind', async () => {
    const vendor = await loopback((request, response) => {
      if (request.url === '/reset') request.socket.destroy()
      else answer(response, request.url === '/bad' ? 400 : 200, '{}')
    })
    const { transport } = transportTo(vendor.baseURL, { settings: { maxRetries: 1 } })
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    await transport.send(status, { abortSignal: signal })
    await failure(transport.send({ ...status, url: '/bad' }, { abortSignal: signal }))
    await failure(transport.send({ ...status, url: '/reset' }, { abortSignal: signal }))
    expect(add).toHaveBeenCalledTimes(4)
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener))
  })
})

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
