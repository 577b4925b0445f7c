import { describe, expect, it, vi } from 'vitest'
import { answer, failure, loopback, silentListener, status, submit, transportTo } from '../test/support.js'

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
  ] as const)('in flight ends a %s request at once, and its connection', async (_, operation, billed) => {
    const controller = new AbortController()
    const reason = { why: 'closed the tab' }
    const closed = vi.fn()
    const vendor = await loopback((request) => {
      request.socket.on('close', closed)
      request.resume().on('end', () => controller.abort(reason))
    })
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL)
    const error = await failure(transport.send(operation, { abortSignal: controller.signal, onAttempt }))
    expect(error).toMatchObject({ kind: 'aborted', billed, retry: 'never' })
    expect(error.cause).toBe(reason)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(billed === 'maybe' ? ['unknown'] : [])
    expect(vendor.requests).toHaveLength(1)
    await vi.waitFor(() => expect(closed).toHaveBeenCalled())
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

  it('while it connects writes nothing either when the connection comes about later', async () => {
    const other = await loopback((_, response) => answer(response, 200, '{}'))
    const vendor = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport } = transportTo(other.baseURL, { trustedOrigins: [vendor.baseURL] })
    // Loads everything, so that the next send connects within the turn that it is called in.
    await transport.send(status)
    const controller = new AbortController()
    const options = { abortSignal: controller.signal }
    const sent = failure(transport.send({ ...submit, url: `${vendor.baseURL}/paid` }, options))
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    controller.abort()
    expect(await sent).toMatchObject({ kind: 'aborted', billed: 'no' })
    await vi.waitFor(() => expect(vendor.connections()).toBe(1))
    await transport.send({ ...status, url: `${vendor.baseURL}/read` })
    expect(vendor.requests.map(({ url }) => url)).toEqual(['/read'])
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
