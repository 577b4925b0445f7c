import { describe, expect, it } from 'vitest'
import { answer, failure, loopback, status, transportTo } from '../test/support.js'
import { MAXIMUM_RETRY_AFTER_MS } from './retry-after.js'

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

  it("of a read that got no answer in the operation's own time", async () => {
    const vendor = await loopback(() => undefined)
    const { transport, clock } = transportTo(vendor.baseURL, { settings: { maxRetries: 1, timeoutMs: 60_000 } })
    const error = await failure(transport.send({ ...status, timeoutMs: 50 }))
    expect(error).toMatchObject({ kind: 'timeout', billed: 'no' })
    expect(vendor.requests).toHaveLength(2)
    expect(clock.pauses).toHaveLength(1)
  })
})
