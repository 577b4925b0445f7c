import type { Classification, RequestLine } from '../core/vendor.js'
import { findRoute } from './routes.js'

export function classify(line: RequestLine): Classification {
  const match = findRoute(line)
  return match.type === 'found' ? match.route : { operation: 'other', paid: false }
}

/** `Authorization: Bearer sd_...` */
export function isAuthenticated({ headers }: RequestLine, apiKey: string): boolean {
  return headers.get('authorization') === `Bearer ${apiKey}`
}
