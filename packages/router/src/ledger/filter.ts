import { type JobKind, LikenessError } from '@likeness/core'
import { tagOf } from './tag-of.js'
import type { LedgerEntry, LedgerState } from './types.js'

/** Which entries to look at. All that is given must hold; of a list, one. */
export interface LedgerFilter {
  readonly provider?: string | readonly string[] | undefined
  readonly state?: LedgerState | readonly LedgerState[] | undefined
  readonly kind?: JobKind | undefined
  readonly run?: string | undefined
  /** `*` is any value. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Reserved then or later: `2026-11`, `2026-11-20` (UTC), or ISO 8601 with a time zone. */
  readonly since?: string | undefined
  /** Reserved before then, in the same forms. */
  readonly until?: string | undefined
}

/** A time without a zone would mean another one on each machine. */
const moment = /^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?$/

/** `Date` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const time = Date.parse(day)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

function parseMoment(field: 'since' | 'until', value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const time = moment.test(value) && isDay(value.slice(0, 'YYYY-MM-DD'.length)) ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(time)) return time
  const message = `must be 2026-11, 2026-11-20, or a time with its zone such as 2026-11-20T10:00Z; given was ${JSON.stringify(value)}`
  throw new LikenessError({ kind: 'invalid-request', message: `${field}: ${message}`, fields: [{ field, message }] })
}

function isOneOf<Value extends string>(wanted: Value | readonly Value[] | undefined, value: Value): boolean {
  return wanted === undefined || [wanted].flat().includes(value)
}

/**
 * The entries that fit, in their order.
 *
 * @throws LikenessError `invalid-request` for a `since` or `until` that is no time
 */
export function filterEntries(entries: readonly LedgerEntry[], filter: LedgerFilter): LedgerEntry[] {
  const since = parseMoment('since', filter.since) ?? Number.NEGATIVE_INFINITY
  const until = parseMoment('until', filter.until) ?? Number.POSITIVE_INFINITY
  const tags = Object.entries(filter.tags ?? {})
  return entries.filter((entry) => {
    const at = Date.parse(entry.at)
    return (
      isOneOf(filter.provider, entry.provider) &&
      isOneOf(filter.state, entry.state) &&
      (filter.kind === undefined || filter.kind === entry.kind) &&
      (filter.run === undefined || filter.run === entry.run) &&
      tags.every(([name, value]) => {
        const own = tagOf(entry.tags, name)
        return own === value || (value === '*' && own !== undefined)
      }) &&
      at >= since &&
      at < until
    )
  })
}
