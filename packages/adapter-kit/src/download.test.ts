import type { RequestListener } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deafPort, failure, jumpingClock, type Loopback, loopback, readAll } from '../test/support.js'
import { type DownloadOptions, download } from './download.js'

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200_000, 7)])

function from(server: Loopback, path = '/a', changes: Partial<DownloadOptions> = {}): DownloadOptions {
  return {
    url: server.baseURL + path,
    provider: 'acme',
    allowedHosts: [server.host],
    clock: jumpingClock(),
    random: () => 0.5,
    ...changes,
  }
}

const whole: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': jpeg.byteLength })
  response.end(jpeg)
}

/** The same over undici and over an injected fetch. */
const ways: [string, Partial<DownloadOptions>][] = [
  ['undici', {}],
  ['fetch', { fetch: (...values) => globalThis.fetch(...values) }],
]

describe.each(ways)('download over %s', (_way, way) => {
  it('brings the bytes, their type and their length, and sends no key', async () => {
    const cdn = await loopback(whole)
    const file = await download(from(cdn, '/a?x=1', way))
    expect(file).toMatchObject({ mediaType: 'image/jpeg', bytes: jpeg.byteLength })
    expect((await readAll(file.stream)).equals(jpeg)).toBe(true)
    expect(cdn.requests[0]?.url).toBe('/a?x=1')
    expect(cdn.requests[0]?.headers.authorization).toBeUndefined()
    expect(cdn.requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('tells the type from the bytes where the header does not', async () => {
    const cdn = await loopback((_, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      response.end(jpeg)
    })
    const file = await download(from(cdn, '/a', way))
    expect(file.mediaType).toBe('image/jpeg')
    expect(file.bytes).toBeUndefined()
    expect((await readAll(file.stream)).byteLength).toBe(jpeg.byteLength)
  })

  it('may be empty', async () => {
    const cdn = await loopback((_, response) => void response.writeHead(200, { 'content-length': 0 }).end())
    const file = await download(from(cdn, '/a', way))
    expect(await readAll(file.stream)).toHaveLength(0)
  })

  it('follows redirects, each of which is checked', async () => {
    const cdn = await loopback((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end('moved')
      else if (request.url === '/b') response.writeHead(307, { location: `http://${cdn.host}/c` }).end()
      else whole(request, response)
    })
    expect((await readAll((await download(from(cdn, '/a', way))).stream)).equals(jpeg)).toBe(true)
    expect(cdn.requests.map(({ url }) => url)).toEqual(['/a', '/b', '/c'])
  })

  it.each([
    ['a private address', 'http://127.0.0.1:1/'],
    ['the metadata service', 'http://169.254.169.254/latest/'],
    ['a name of the machine itself', 'http://localhost:1/'],
    ['another scheme', 'file:///etc/passwd'],
    ['no URL', 'http://'],
  ])('does not follow a redirect to %s', async (_, location) => {
    const cdn = await loopback((_request, response) => void response.writeHead(302, { location }).end())
    const error = await failure(download(from(cdn, '/a', way)))
    expect(error).toMatchObject({ kind: 'invalid-response', retry: 'never', operation: 'download', provider: 'acme' })
    expect(cdn.requests).toHaveLength(1)
  })

  it('follows five redirects and no more', async () => {
    const cdn = await loopback((request, response) => {
      const hop = Number(request.url?.slice(1))
      if (hop === 0) whole(request, response)
      else response.writeHead(302, { location: `/${hop - 1}` }).end()
    })
    await readAll((await download(from(cdn, '/5', way))).stream)
    expect((await failure(download(from(cdn, '/6', way)))).message).toContain('5 redirects')
  })

  it('is limited in size, announced or not', async () => {
    const silent = await loopback((_, response) => void response.writeHead(200).end(jpeg))
    const announced = await loopback(whole)
    const limit = { ...way, maximumBytes: 150_000 }
    expect(await failure(download(from(announced, '/a', limit)))).toMatchObject({ kind: 'invalid-response' })
    const file = await download(from(silent, '/a', limit))
    const error = await failure(readAll(file.stream))
    expect(error.message).toContain('larger than 150000 bytes')
  })

  it.each([404, 408, 425, 429, 500, 502, 503])('tries five times at %i', async (code) => {
    let calls = 0
    const cdn = await loopback((request, response) => {
      if (++calls < 5) response.writeHead(code).end('not yet')
      else whole(request, response)
    })
    await readAll((await download(from(cdn, '/a', way))).stream)
    calls = -5
    const error = await failure(download(from(cdn, '/a', way)))
    expect(error.status).toBe(code)
    expect(cdn.requests).toHaveLength(10)
  })

  it('says that a file is gone', async () => {
    const cdn = await loopback((request, response) => void response.writeHead(request.url === '/a' ? 404 : 410).end())
    for (const path of ['/a', '/b']) {
      const error = await failure(download(from(cdn, path, way)))
      expect(error).toMatchObject({ kind: 'expired', retry: 'never', billed: 'no' })
    }
    expect(cdn.requests).toHaveLength(6)
  })

  it.each([401, 403])('does not insist at %i', async (code) => {
    const cdn = await loopback(
      (_, response) => void response.writeHead(code).end('<Error><Signature>s3cret</Signature>'),
    )
    const error = await failure(download(from(cdn, '/a?X-Amz-Signature=s3cret', way)))
    expect(error.status).toBe(code)
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('s3cret')
    expect(cdn.requests).toHaveLength(1)
  })

  it('tries again where the connection breaks before the first byte, and not after', async () => {
    let calls = 0
    const cdn = await loopback((request, response) => {
      if (++calls === 1) request.socket.destroy()
      else if (calls === 2) response.writeHead(200, { 'content-length': 100 }).flushHeaders()
      else {
        response.writeHead(200, { 'content-length': jpeg.byteLength })
        response.write(jpeg.subarray(0, 1000), () => setImmediate(() => response.destroy()))
      }
      if (calls === 2) setImmediate(() => response.destroy())
    })
    const file = await download(from(cdn, '/a', way))
    expect(await failure(readAll(file.stream))).toMatchObject({ kind: 'network', operation: 'download' })
    expect(cdn.requests).toHaveLength(3)
  })

  it('gives up on headers and on bytes that do not come', async () => {
    const deaf = await loopback(() => undefined)
    const limits = { ...way, timeoutMs: 60, maxRetries: 1 }
    expect(await failure(download(from(deaf, '/a', limits)))).toMatchObject({ kind: 'timeout' })
    expect(deaf.requests).toHaveLength(2)

    const stalled = await loopback((_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('abc')
    })
    const file = await download(from(stalled, '/a', { ...way, idleTimeoutMs: 60 }))
    expect(await failure(readAll(file.stream))).toMatchObject({ kind: 'timeout' })
  })

  it('reports that nobody listens', async () => {
    const port = await deafPort()
    const options = { url: `http://127.0.0.1:${port}/`, provider: 'acme', allowedHosts: ['127.0.0.1'] }
    const error = await failure(download({ ...options, clock: jumpingClock(), ...way }))
    expect(error).toMatchObject({ kind: 'network', retry: 'later' })
  })

  it('ends with the signal: before, while waiting, while reading', async () => {
    const reason = new Error('enough')
    const cdn = await loopback((request, response) => {
      if (request.url === '/wait') return controller.abort(reason)
      response.writeHead(200, { 'content-length': 1_000_000 })
      response.write('abc')
    })
    let controller = new AbortController()
    const before = from(cdn, '/a', { ...way, abortSignal: AbortSignal.abort(reason) })
    expect(await failure(download(before))).toMatchObject({ kind: 'aborted', cause: reason })
    expect(cdn.requests).toHaveLength(0)
    const waiting = from(cdn, '/wait', { ...way, abortSignal: controller.signal })
    expect(await failure(download(waiting))).toMatchObject({ kind: 'aborted', cause: reason })
    controller = new AbortController()
    const file = await download(from(cdn, '/a', { ...way, abortSignal: controller.signal }))
    setImmediate(() => controller.abort(reason))
    expect(await failure(readAll(file.stream))).toMatchObject({ kind: 'aborted', cause: reason })
  })

  it('closes the connection when it is left early, also before the first read', async () => {
    const closed: string[] = []
    const cdn = await loopback((request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(Buffer.alloc(100_000)), 1)
      response.on('close', () => {
        clearInterval(timer)
        closed.push(request.url ?? '')
      })
    })
    const first = await download(from(cdn, '/first', way))
    for await (const _chunk of first.stream) break
    const second = await download(from(cdn, '/second', way))
    await second.stream[Symbol.asyncIterator]().return?.()
    await vi.waitFor(() => expect(closed).toEqual(['/first', '/second']))
  })

  it('decodes data URLs', async () => {
    const url = `data:application/octet-stream;base64,${jpeg.toString('base64')}`
    const file = await download({ url, provider: 'acme', ...way })
    expect(file).toMatchObject({ mediaType: 'image/jpeg', bytes: jpeg.byteLength })
    expect((await readAll(file.stream)).equals(jpeg)).toBe(true)
    expect((await failure(download({ url, provider: 'acme', maximumBytes: 10, ...way }))).kind).toBe('invalid-response')
  })
})

describe('a file that was compressed although nobody asked', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer) => bytes],
  ])('is read as it was (%s)', async (encoding, compress) => {
    const cdn = await loopback((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-type': 'image/jpeg' }).end(compress(jpeg))
    })
    const file = await download(from(cdn, '/a'))
    expect((await readAll(file.stream)).equals(jpeg)).toBe(true)
  })

  it('is limited by its size as it was', async () => {
    const cdn = await loopback((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000)))
    })
    const file = await download(from(cdn, '/a', { maximumBytes: 100_000 }))
    expect(await failure(readAll(file.stream))).toMatchObject({ kind: 'invalid-response' })
  })

  it.each(['zstd-x', 'gzip, br'])('is refused where nobody knows how to undo %s', async (encoding) => {
    const cdn = await loopback((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('x')
    })
    expect(await failure(download(from(cdn, '/a')))).toMatchObject({ kind: 'invalid-response' })
  })
})

describe('download over an injected fetch', () => {
  it('does not give the compressed length as the length', async () => {
    const cdn = await loopback((_, response) => {
      const body = gzipSync(jpeg)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.byteLength }).end(body)
    })
    const file = await download(from(cdn, '/a', { fetch: globalThis.fetch }))
    expect(file).toMatchObject({ mediaType: 'image/jpeg', bytes: undefined })
    expect((await readAll(file.stream)).equals(jpeg)).toBe(true)
  })

  it('leaves no timer and no listener behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const answers = [
      () => new Response('gone', { status: 410 }),
      () => new Response('moved', { status: 302, headers: { location: '/b' } }),
      () => new Response('whole'),
      () => new Response('left early'),
    ]
    const fetch = async () => (answers.shift() ?? Response.error)()
    const options = { url: 'https://cdn.test/a', provider: 'acme', clock: jumpingClock(), fetch, abortSignal: signal }
    await failure(download(options))
    expect(String(await readAll((await download(options)).stream))).toBe('whole')
    for await (const _chunk of (await download(options)).stream) break
    expect(answers).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    expect(add).toHaveBeenCalledTimes(4)
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener))
  })
})
