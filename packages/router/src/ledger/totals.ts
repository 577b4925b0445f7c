import { LikenessError, type NanoUSD } from '@likeness/core'
import { shareOf } from './budget-book.js'
import { exactSum } from './exact-sum.js'
import { tagOf } from './tag-of.js'
import type { LedgerEntry } from './types.js'

/** By what to add up. Days and months are those of the reservation, in UTC. */
export type TotalsBy = 'provider' | 'run' | 'day' | 'month' | `tag:${string}`

/** The sum of entries that have something in common. */
export interface LedgerTotal {
  /** What they have in common; absent for those that have no such run or tag. */
  readonly key?: string | undefined
  readonly count: number
  readonly settled: NanoUSD
  /** Set aside for those whose cost is not known: `open` and `unknown` together. */
  readonly held: NanoUSD
  /** Entries on which work goes on: `reserved` or `accepted`. */
  readonly open: number
  /** Entries that may have cost something, nobody knows what. */
  readonly unknown: number
  readonly refunded: number
  /** Open and unknown entries of which not even an upper bound is known: `held` lacks them. */
  readonly unpriced: number
}

function checkBy(by: string): asserts by is TotalsBy {
  if (['provider', 'run', 'day', 'month'].includes(by) || /^tag:./.test(by)) return
  const message = `must be provider, run, day, month or tag:<name>; given was ${JSON.stringify(by)}`
  throw new LikenessError({ kind: 'invalid-request', message: `by: ${message}`, fields: [{ field: 'by', message }] })
}

function keyOf(entry: LedgerEntry, by: TotalsBy): string | undefined {
  switch (by) {
    case 'provider':
      return entry.provider
    case 'run':
      return entry.run
    case 'day':
      return entry.at.slice(0, 'YYYY-MM-DD'.length)
    case 'month':
      return entry.at.slice(0, 'YYYY-MM'.length)
    default:
      return tagOf(entry.tags, by.slice('tag:'.length))
  }
}

const countIn = (entries: readonly LedgerEntry[], ...states: readonly LedgerEntry['state'][]) =>
  entries.filter(({ state }) => states.includes(state)).length

function total(key: string | undefined, entries: readonly LedgerEntry[]): LedgerTotal {
  const shares = entries.map(shareOf)
  return {
    ...(key === undefined ? {} : { key }),
    count: entries.length,
    settled: exactSum(shares.map(({ spent }) => spent)),
    held: exactSum(shares.map(({ held }) => held)),
    open: countIn(entries, 'reserved', 'accepted'),
    unknown: countIn(entries, 'unknown'),
    refunded: countIn(entries, 'refunded'),
    unpriced: shares.reduce((sum, { unpriced }) => sum + unpriced, 0),
  }
}

/**
 * What was spent and is held, in the order of the keys; entries without the run or tag come last.
 *
 * @throws LikenessError `invalid-request` for a `by` that is none
 */
export function ledgerTotals(entries: readonly LedgerEntry[], by: TotalsBy): LedgerTotal[] {
  checkBy(by)
  const groups = Map.groupBy(entries, (entry) => keyOf(entry, by))
  return [...groups]
    .sort(([one], [other]) => (one === undefined ? 1 : other === undefined ? -1 : one < other ? -1 : 1))
    .map(([key, group]) => total(key, group))
}
