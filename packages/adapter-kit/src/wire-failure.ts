import { LikenessError } from '@likeness/core'
import { WireFailure } from './wire.js'

function property(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : undefined
}

/** Codes that occur only before a connection exists. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EADDRNOTAVAIL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT'
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])
const MALFORMED = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])

/** The code of an error, or of what `fetch` hides behind `TypeError: fetch failed`. */
function errorCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current !== undefined && depth < 5; depth++) {
    const code = property(current, 'code')
    if (code !== undefined) return code
    current = typeof current === 'object' && current !== null ? Reflect.get(current, 'cause') : undefined
  }
  return undefined
}

function isConnectCall(error: unknown): boolean {
  if (property(error, 'syscall') === 'connect' || property(error, 'syscall') === 'getaddrinfo') return true
  const cause: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'cause') : undefined
  return cause !== undefined && isConnectCall(cause)
}

/**
 * What a thrown network error means.
 *
 * @param written whether the request may have begun to be written; `undefined` where only the error can tell (`fetch`)
 */
export function wireFailure(error: unknown, written: boolean | undefined): WireFailure {
  if (error instanceof WireFailure) return error
  const code = errorCode(error)
  const message = code ?? (error instanceof Error ? error.message : 'the request failed')
  if (LikenessError.is(error)) return new WireFailure('request-refused', error.message, error)
  if (code === CONNECT_TIMEOUT) return new WireFailure('connection-timeout', 'no connection in time', error)
  if (written === false || written === undefined) {
    if (code !== undefined && MALFORMED.has(code)) return new WireFailure('request-refused', message, error)
    if (code === 'ETIMEDOUT' && (written === false || isConnectCall(error))) {
      return new WireFailure('connection-timeout', 'no connection in time', error)
    }
    const unconnected = written === false || (code !== undefined && UNCONNECTED.has(code)) || isConnectCall(error)
    if (unconnected) return new WireFailure('connection-failed', `no connection (${message})`, error)
  }
  if (code !== undefined && TIMEOUTS.has(code)) return new WireFailure('answer-timeout', 'no answer in time', error)
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new WireFailure('answer-too-large', message, error)
  return new WireFailure('connection-lost', `the connection broke (${message})`, error)
}
