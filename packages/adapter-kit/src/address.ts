import { LikenessError } from '@likeness/core'
import type { Base } from './base-url.js'
import { checkUntrustedUrl } from './guard.js'
import type { Operation } from './operation.js'

/** Where a request goes, and what may go with it. */
export interface Address {
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** Whether this is one of the configured origins, which alone get the key. */
  readonly trusted: boolean
  /** Whether names must be checked when they are resolved. */
  readonly guarded: boolean
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

function queryString(query: Query | undefined, start: '?' | '&'): string {
  let text = ''
  if (query === undefined) return text
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    text += `${text === '' ? start : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  }
  return text
}

// What a parser would rewrite (dot segments, backslashes) or a socket would refuse (spaces, controls, non-ASCII) comes
// from an id that was not encoded, and could lead to another path than the one that was meant.
const UNENCODED = /[^\x21-\x7e]|[#\\]|\/\.{1,2}(?:[/?]|$)/

function programmingError(provider: string, operation: Operation, message: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    provider,
    operation: operation.name,
    message: `${provider}: ${operation.name}: ${message}`,
  })
}

/**
 * Works out where an operation goes.
 *
 * @throws LikenessError `invalid-request` for an absolute URL outside the trusted origins without `untrusted`;
 * `invalid-response` where the guard refuses an untrusted one
 */
export function addressOf(
  operation: Operation,
  context: {
    readonly provider: string
    readonly base: Base
    readonly trustedOrigins: ReadonlySet<string>
    readonly allowedHosts: readonly string[]
  },
  extraQuery: Query | undefined,
): Address {
  const { provider, base } = context
  const query = extraQuery === undefined ? operation.query : { ...extraQuery, ...operation.query }
  if (operation.url.startsWith('/')) {
    if (operation.untrusted === true) {
      throw programmingError(provider, operation, 'an untrusted operation needs an absolute URL')
    }
    if (UNENCODED.test(operation.url)) {
      throw programmingError(provider, operation, 'the path holds characters that must be percent-encoded')
    }
    const path = base.prefix + operation.url + queryString(query, operation.url.includes('?') ? '&' : '?')
    return { origin: base.origin, path, trusted: true, guarded: false }
  }
  if (operation.untrusted === true) {
    const { url, guarded } = checkUntrustedUrl(operation.url, context.allowedHosts)
    const path = url.pathname + url.search + queryString(query, url.search === '' ? '?' : '&')
    return { origin: url.origin, path, trusted: false, guarded }
  }
  const url = URL.canParse(operation.url) ? new URL(operation.url) : undefined
  if (url === undefined || !context.trustedOrigins.has(url.origin)) {
    const where = url === undefined ? 'something that is no URL' : url.origin
    throw programmingError(provider, operation, `refused to send the key to ${where}`)
  }
  const path = url.pathname + url.search + queryString(query, url.search === '' ? '?' : '&')
  return { origin: url.origin, path, trusted: true, guarded: false }
}
