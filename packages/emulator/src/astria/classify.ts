import type { Classification, RequestLine } from '../core/vendor.js'
import { findRoute } from './routes.js'

export function classify(line: RequestLine): Classification {
  const match = findRoute(line)
  if (match.type !== 'found') return { operation: 'other', paid: false }
  const { operation, paid } = match.route
  return { operation, paid }
}

/** `Authorization: Bearer sd_...` */
export function isAuthenticated({ headers }: RequestLine, apiKey: string): boolean {
  return headers.get('authorization') === `Bearer ${apiKey}`
}
