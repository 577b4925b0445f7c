import type { UnderlyingSource } from 'node:stream/web'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { failure, KEY, status, submit, transportTo } from '../test/support.js'

type Fetch = typeof globalThis.fetch

function withFetch(fetch: Fetch, changes: Parameters<typeof transportTo>[1] = {}) {
  return transportTo('https://api.test/v1', { ...changes, settings: { fetch, ...changes.settings } })
}

const json = (body: unknown, init?: ResponseInit) => Response.json(body, init)

describe('an injected fetch', () => {
  it('gets every request', async () => {
    const seen: Request[] = []
    const { transport } = withFetch(async (url, init) => {
      seen.push(new Request(url, init))
      return json({ id: 1 }, { status: 201 })
    })
    const reply = await transport.send(submit)
    expect(reply).toMatchObject({ status: 201, body: { id: 1 } })
    expect(seen[0]?.url).toBe('https://api.test/v1/jobs')
    expect(seen[0]?.headers.get('authorization')).toBe(`Key ${KEY}`)
    expect(seen[0]?.redirect).toBe('manual')
    expect(await seen[0]?.text()).toBe('{"prompt":"x"}')
  })

  it('gets the body of a GET as query, because it would refuse it', async () => {
    const urls: string[] = []
    const { transport } = withFetch(async (url, init) => {
      urls.push(new Request(url, init).url)
      return json({})
    })
    const value = { request_id: 'a b', n: 2, deep: { x: 1 }, none: undefined }
    await transport.send({ ...status, body: { type: 'json', value }, query: { page: 1 } })
    await transport.send({ ...status, body: { type: 'form', fields: { url: 'https://x.test' } } })
    expect(urls).toEqual([
      'https://api.test/v1/jobs/1?request_id=a%20b&n=2&deep=%7B%22x%22%3A1%7D&page=1',
      'https://api.test/v1/jobs/1?url=https%3A%2F%2Fx.test',
    ])
  })

  it('gets streams', async () => {
    const bodies: string[] = []
    const { transport } = withFetch(async (url, init) => {
      const request = new Request(url, init)
      bodies.push(await request.text())
      expect(request.headers.get('content-length')).toBe('6')
      return json({})
    })
    const open = async function* () {
      yield Buffer.from('abc')
      yield Buffer.from('def')
    }
    await transport.send({ ...submit, body: { type: 'stream', mediaType: 'application/zip', bytes: 6, open } })
    expect(bodies).toEqual(['abcdef'])
  })

  const hidden = (code: string, extra = {}) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...extra }) })

  it.each([
    ['refused', hidden('ECONNREFUSED'), 'network', 'no', 2],
    ['no such name', hidden('ENOTFOUND'), 'network', 'no', 2],
    ['no connection in time', hidden('UND_ERR_CONNECT_TIMEOUT'), 'timeout', 'no', 2],
    ['no connection in time, by the system', hidden('ETIMEDOUT', { syscall: 'connect' }), 'timeout', 'no', 2],
    ['no route', hidden('EHOSTUNREACH', { syscall: 'connect' }), 'network', 'no', 2],
    ['reset', hidden('ECONNRESET'), 'outcome-unknown', 'maybe', 1],
    ['no route any more', hidden('EHOSTUNREACH', { syscall: 'read' }), 'outcome-unknown', 'maybe', 1],
    ['other side closed', hidden('UND_ERR_SOCKET'), 'outcome-unknown', 'maybe', 1],
    ['no answer in time', hidden('UND_ERR_HEADERS_TIMEOUT'), 'outcome-unknown', 'maybe', 1],
    ['anything else', new Error('boom'), 'outcome-unknown', 'maybe', 1],
  ])('that fails is understood: %s', async (_, error, kind, billed, calls) => {
    const fetch = vi.fn<Fetch>().mockRejectedValue(error)
    const { transport, onAttempt, attempts } = withFetch(fetch, { settings: { maxRetries: 1 } })
    expect(await failure(transport.send(submit, { onAttempt }))).toMatchObject({ kind, billed })
    expect(fetch).toHaveBeenCalledTimes(calls)
    expect(attempts).toHaveLength(calls)
  })

  it('that does not look at its signal is left when time is up or the caller aborts', async () => {
    const never: Fetch = () => new Promise(() => undefined)
    const late = withFetch(never, { timeoutMs: 30 })
    expect(await failure(late.transport.send(submit))).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })

    const controller = new AbortController()
    const aborted = withFetch(() => {
      controller.abort('enough')
      return new Promise(() => undefined)
    })
    const error = await failure(aborted.transport.send(submit, { abortSignal: controller.signal }))
    expect(error).toMatchObject({ kind: 'aborted', billed: 'maybe', cause: 'enough' })
  })

  it('is not called for an aborted signal, and keeps no listener', async () => {
    const fetch = vi.fn<Fetch>(async () => json({}))
    const { transport } = withFetch(fetch)
    await failure(transport.send(submit, { abortSignal: AbortSignal.abort() }))
    expect(fetch).not.toHaveBeenCalled()
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    await transport.send(submit, { abortSignal: signal })
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener))
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const fine = withFetch(async () => {
      expect(vi.getTimerCount()).toBe(1)
      return json({})
    })
    await fine.transport.send(status)
    const broken = withFetch(() => Promise.reject(new Error('no')), { settings: { maxRetries: 0 } })
    await failure(broken.transport.send(status))
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each<[string, Record<string, string>, UnderlyingSource<Uint8Array>]>([
    ['announced, before it comes', { 'content-length': '2000' }, {}],
    ['not announced', {}, { pull: (controller) => controller.enqueue(new Uint8Array(500)) }],
  ])('has its answers limited: %s', async (_, headers, source) => {
    const stream = new ReadableStream(source)
    const { transport } = withFetch(async () => new Response(stream, { headers }), { maximumBytes: 1000 })
    expect((await failure(transport.send(status))).message).toContain('larger than 1000 bytes')
  })

  it('leaves the outcome open when the answer breaks off', async () => {
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('{"id":')),
      pull: (controller) => controller.error(new TypeError('terminated')),
    })
    const { transport } = withFetch(async () => new Response(stream))
    expect(await failure(transport.send(submit))).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
  })

  it('that shows the headers in its error does not leak the key', async () => {
    const { transport } = withFetch(async (_, init) => {
      throw new Error(`No match: ${JSON.stringify(init?.headers)}`)
    })
    const error = await failure(transport.send(submit))
    expect(String(error.cause)).toContain('No match')
    expect(String(error.cause)).not.toContain('supersecret5678')
  })
})
