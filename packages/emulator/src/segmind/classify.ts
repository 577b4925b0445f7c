import type { Classification, RequestLine } from '../core/vendor.js'
import { findRoute } from './routes.js'

export function classify(line: RequestLine): Classification {
  const match = findRoute(line)
  if (match.type !== 'found') return { operation: 'other', paid: false }
  const { operation, paid } = match.route
  return { operation, paid }
}

/** `x-api-key`; the same key as a bearer token is refused (api-evangelist, 2026-08-27). */
export function isAuthenticated({ headers }: RequestLine, apiKey: string): boolean {
  return headers.get('x-api-key') === apiKey
}
