import type { VendorContext } from '../core/vendor.js'
import { nextMinute, rateLimited } from './errors.js'
import type { SegmindSettings } from './settings.js'

/** Counts requests by the minute; answers 429 for those above the plan's limit. */
export function createRateLimit({ clock, settings }: VendorContext<SegmindSettings>): () => Response | undefined {
  let resetAt = 0
  let count = 0
  return () => {
    if (settings.requestsPerMinute === undefined) return undefined
    const now = clock.now()
    if (now >= resetAt) {
      resetAt = nextMinute(now)
      count = 0
    }
    count += 1
    return count > settings.requestsPerMinute ? rateLimited(resetAt) : undefined
  }
}
