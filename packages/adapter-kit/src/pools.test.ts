import { lookup } from 'node:dns'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, failure, jumpingClock, loopback, readAll, status, transportTo } from '../test/support.js'
import { download } from './download.js'

vi.mock('node:dns', async (original) => ({ ...(await original<typeof import('node:dns')>()), lookup: vi.fn() }))

/** What the name resolves to, one answer after another; the last one stays. */
function resolveTo(...answers: string[]): void {
  vi.mocked(lookup).mockImplementation(((_host: string, _options: object, done: (e: null, a: object[]) => void) => {
    const address = (answers.length > 1 ? answers.shift() : answers[0]) ?? ''
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
  }) as never)
}

beforeEach(() => void vi.mocked(lookup).mockReset())

describe('a name from a vendor that leads to a private address', () => {
  it.each(['127.0.0.1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254'])(
    '%s is not downloaded from',
    async (address) => {
      resolveTo(address)
      const machine = await loopback((_, response) => answer(response, 200, 'internal'))
      const url = `http://files.vendor.example:${machine.host.split(':')[1]}/a`
      const error = await failure(download({ url, provider: 'acme', clock: jumpingClock() }))
      expect(error).toMatchObject({ kind: 'invalid-response', retry: 'never', operation: 'download' })
      expect(error.message).toContain('files.vendor.example')
      expect(lookup).toHaveBeenCalledTimes(1)
      expect(machine.connections()).toBe(0)
    },
  )

  it('is not sent to', async () => {
    resolveTo('127.0.0.1')
    const machine = await loopback((_, response) => answer(response, 200, '{}'))
    const { transport } = transportTo('https://api.vendor.example')
    const url = `http://upload.vendor.example:${machine.host.split(':')[1]}/a?Signature=s3cret`
    const error = await failure(transport.send({ ...status, method: 'PUT', url, untrusted: true }))
    expect(error).toMatchObject({ kind: 'invalid-response', retry: 'never' })
    expect(machine.connections()).toBe(0)
  })

  it('is caught at each connection, also when it was public a moment ago', async () => {
    resolveTo('127.0.0.1')
    const machine = await loopback((_, response) => answer(response, 302, '', { location: redirect }))
    const port = machine.host.split(':')[1]
    const redirect = `http://rebound.vendor.example:${port}/internal`
    const options = { provider: 'acme', clock: jumpingClock(), allowedHosts: [machine.host] }
    const error = await failure(download({ ...options, url: `http://${machine.host}/a` }))
    expect(error.message).toContain('rebound.vendor.example')
    expect(machine.requests.map(({ url }) => url)).toEqual(['/a'])
  })
})

describe('a name that is allowed', () => {
  it('does not share connections with the same name where it is not', async () => {
    resolveTo('127.0.0.1')
    const machine = await loopback((_, response) => answer(response, 200, 'internal'))
    const host = `shared.vendor.example:${machine.host.split(':')[1]}`
    const options = { url: `http://${host}/a`, provider: 'acme', clock: jumpingClock(), maxRetries: 0 }
    expect(await failure(download(options))).toMatchObject({ kind: 'invalid-response' })
    // The system does not know this name, and is asked instead of the guard.
    expect(await failure(download({ ...options, allowedHosts: [host] }))).toMatchObject({ kind: 'network' })
    expect(await failure(download(options))).toMatchObject({ kind: 'invalid-response' })
    expect(machine.connections()).toBe(0)
  })

  it('is resolved by the system and not by the guard', async () => {
    const machine = await loopback((_, response) => answer(response, 200, 'picture'))
    const port = machine.host.split(':')[1]
    const url = `http://localhost:${port}/a`
    const file = await download({ url, provider: 'acme', clock: jumpingClock(), allowedHosts: [`localhost:${port}`] })
    expect(String(await readAll(file.stream))).toBe('picture')
    expect(lookup).not.toHaveBeenCalled()
  })
})
