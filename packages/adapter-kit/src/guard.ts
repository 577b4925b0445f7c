import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { LikenessError } from '@likeness/core'
import { isAllowedHost } from './hosts.js'

/** Ranges that no public file lives in (IANA special-purpose address registries, read 2026-11). */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Only 2000::/3 is routed; within it, tunnels and documentation. 64:ff9b::/96 embeds an IPv4 address. */
const PRIVATE_V6 = ['::/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '4000::/2', '8000::/1']

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

// Two lists, because a BlockList holds IPv4 addresses against its IPv6 ranges too, as ::ffff:a.b.c.d.
let blocked: { readonly 4: BlockList; readonly 6: BlockList } | undefined

/**
 * Whether an IP address is anything but public: private, loopback, link-local, shared (CGNAT), multicast, reserved,
 * unique-local, or an IPv4 address wrapped in IPv6. Text that is no address counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const family = isIP(bare)
  blocked ??= { 4: blockList(PRIVATE_V4, 'ipv4'), 6: blockList(PRIVATE_V6, 'ipv6') }
  if (family === 4) return blocked[4].check(bare, 'ipv4')
  return family !== 6 || blocked[6].check(bare, 'ipv6')
}

function refused(what: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-response',
    retry: 'never',
    message: `refused to open ${what}: URLs from a vendor may only lead to public addresses`,
    hint: 'If this host is yours, name it in the allowedHosts setting.',
  })
}

/**
 * A `lookup` for sockets that fails when a name resolves to a private address. It runs at each connect and hands on
 * the very addresses it checked, so that a name cannot change its mind in between (DNS rebinding).
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0)
    const forbidden = addresses.find(({ address }) => isPrivateAddress(address))
    const [first] = addresses
    if (forbidden !== undefined || first === undefined) return callback(refused(`${hostname} (private address)`), '', 0)
    if (options.all === true) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** What {@link checkUntrustedUrl} decided. */
export interface CheckedUrl {
  readonly url: URL
  /** Whether the connection must use {@link guardedLookup}; false for allowed hosts. */
  readonly guarded: boolean
}

/**
 * The part of the guard that needs no network: only http and https, no user or password, no literal private address
 * or loopback name, except for allowed hosts. Names are checked when they are resolved, by {@link guardedLookup}.
 *
 * @throws LikenessError `invalid-response`
 */
export function checkUntrustedUrl(text: string, allowedHosts: readonly string[]): CheckedUrl {
  if (!URL.canParse(text)) throw refused('something that is no absolute URL')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`a ${url.protocol} URL`)
  if (url.username !== '' || url.password !== '') throw refused(`${url.host} (the URL carries a password)`)
  if (isAllowedHost(url, allowedHosts)) return { url, guarded: false }
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  const literal = host.startsWith('[') || isIP(host) !== 0
  if (literal && isPrivateAddress(host)) throw refused(`${url.host} (private address)`)
  if (host === 'localhost' || host.endsWith('.localhost')) throw refused(`${url.host} (private address)`)
  return { url, guarded: true }
}
