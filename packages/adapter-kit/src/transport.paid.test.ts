import { describe, expect, it, vi } from 'vitest'
import { answer, deafPort, failure, loopback, silentListener, submit, transportTo } from '../test/support.js'

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
