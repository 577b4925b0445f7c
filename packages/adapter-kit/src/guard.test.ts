import { lookup } from 'node:dns'
import { describe, expect, it, vi } from 'vitest'
import { checkUntrustedUrl, guardedLookup, isPrivateAddress } from './guard.js'
import { hostsOf, isAllowedHost } from './hosts.js'

vi.mock('node:dns', () => ({ lookup: vi.fn() }))

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '0:0:0:0:0:ffff:7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '5f00::1',
    '[::1]',
    'not an address',
    '',
  ])('%s', (address) => expect(isPrivateAddress(address)).toBe(true))

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:82f::200e',
    '[2606:4700:4700::1111]',
  ])('not %s', (address) => expect(isPrivateAddress(address)).toBe(false))
})

describe('checkUntrustedUrl', () => {
  it.each([
    'ftp://files.test/a',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,a',
    '/relative',
    '',
    'https://user:pass@files.test/a',
    'https://user@files.test/a',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://169.254.169.254/latest/meta-data',
  ])('refuses %s', (url) => expect(() => checkUntrustedUrl(url, [])).toThrow(/public addresses/))

  it('does not show passwords or queries in what it says', () => {
    expect(() => checkUntrustedUrl('https://user:pa55@files.test/a?token=s3cret', [])).toThrow(
      /^(?!.*pa55)(?!.*s3cret).*files\.test/,
    )
  })

  it('lets public URLs through, guarded', () => {
    expect(checkUntrustedUrl('https://v3.fal.media/files/a.png?x=1', [])).toMatchObject({ guarded: true })
    expect(checkUntrustedUrl('http://8.8.8.8:8080/a', [])).toMatchObject({ guarded: true })
  })

  it('lets allowed hosts through, unguarded', () => {
    const allowed = ['127.0.0.1:4000', 'files.internal', '[::1]:5000']
    expect(checkUntrustedUrl('http://127.0.0.1:4000/a', allowed)).toMatchObject({ guarded: false })
    expect(checkUntrustedUrl('https://FILES.internal:9/a', allowed)).toMatchObject({ guarded: false })
    expect(checkUntrustedUrl('http://[::1]:5000/a', allowed)).toMatchObject({ guarded: false })
    expect(() => checkUntrustedUrl('http://127.0.0.1:4001/a', allowed)).toThrow()
    expect(() => checkUntrustedUrl('http://[::1]/a', allowed)).toThrow()
    expect(checkUntrustedUrl('https://sub.files.internal/a', allowed)).toMatchObject({ guarded: true })
  })
})

describe('hosts', () => {
  it('of base URLs carry their port, so that no other port is let through', () => {
    const hosts = hostsOf(['https://api.test/v1', 'http://127.0.0.1:4000'])
    expect(hosts).toEqual(['api.test:443', '127.0.0.1:4000'])
    expect(isAllowedHost(new URL('https://api.test/x'), hosts)).toBe(true)
    expect(isAllowedHost(new URL('http://api.test/x'), hosts)).toBe(false)
    expect(isAllowedHost(new URL('https://api.test:444/x'), hosts)).toBe(false)
  })
})

describe('guardedLookup', () => {
  type Found = { address: string; family: number }[]
  const run = (addresses: Found, all: boolean, error: Error | null = null) => {
    vi.mocked(lookup).mockImplementation(((_host: string, options: object, done: (e: unknown, a: Found) => void) => {
      expect(options).toMatchObject({ all: true })
      done(error, addresses)
    }) as never)
    return new Promise<unknown[]>((resolve) => guardedLookup('files.test', { all }, (...values) => resolve(values)))
  }
  const open = { address: '8.8.8.8', family: 4 }
  const open6 = { address: '2606:4700:4700::1111', family: 6 }

  it('hands on the addresses it checked', async () => {
    expect(await run([open, open6], true)).toEqual([null, [open, open6]])
    expect(await run([open, open6], false)).toEqual([null, '8.8.8.8', 4])
  })

  it.each([
    ['private', [{ address: '10.0.0.1', family: 4 }]],
    ['private among public ones', [open, { address: '::ffff:127.0.0.1', family: 6 }]],
    ['none', []],
  ])('refuses a name whose address is %s', async (_, addresses) => {
    const [error] = await run(addresses, true)
    expect(error).toMatchObject({ kind: 'invalid-response', retry: 'never' })
  })

  it('hands on that a name does not exist', async () => {
    const missing = Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
    expect((await run([], true, missing))[0]).toBe(missing)
  })
})
