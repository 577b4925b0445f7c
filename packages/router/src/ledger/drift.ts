import type { Cost, Estimate, JobKind, NanoUSD } from '@likeness/core'
import { exactSum } from './exact-sum.js'
import type { LedgerEntry } from './types.js'

/** How far one provider's prices are from what we expect of them, for one kind of work. */
export interface DriftLine {
  /** `Provider.id`. */
  readonly provider: string
  readonly kind: JobKind
  /** All entries. */
  readonly count: number
  /** Those that were estimated and are settled; the sums below are theirs. */
  readonly compared: number
  readonly estimatedMinimum: NanoUSD
  readonly estimatedMaximum: NanoUSD
  readonly settled: NanoUSD
  /** `settled` less `estimatedMaximum`: above 0, the vendor charged more than was set aside. */
  readonly difference: NanoUSD
  /** Share of the compared that cost less than their minimum or more than their maximum, from 0 to 1; absent where none was compared. */
  readonly outside?: number | undefined
  /** Compared entries that cost more than was reserved, and how much more. */
  readonly overshoots: number
  readonly overshoot: NanoUSD
  /** Compared entries whose cost is from our own price table, since the vendor names none: these cannot drift. */
  readonly fromPriceTable: number
  /** Reserved or accepted, not settled yet. */
  readonly open: number
  readonly unknown: number
  readonly refunded: number
  /** Entries for which no price was known when they were reserved, whatever became of them. */
  readonly unpriced: number
}

interface Compared {
  readonly estimate: Estimate
  readonly cost: Cost
}

function comparedOf({ state, estimate, cost }: LedgerEntry): Compared[] {
  return state === 'settled' && estimate !== undefined && cost !== undefined ? [{ estimate, cost }] : []
}

function driftOf(provider: string, kind: JobKind, entries: readonly LedgerEntry[]): DriftLine {
  const compared = entries.flatMap(comparedOf)
  const countIn = (...states: LedgerEntry['state'][]) => entries.filter(({ state }) => states.includes(state)).length
  const above = compared.filter(({ estimate, cost }) => cost.amount > estimate.maximum)
  const below = compared.filter(({ estimate, cost }) => cost.amount < estimate.minimum)
  const estimatedMaximum = exactSum(compared.map(({ estimate }) => estimate.maximum))
  const settled = exactSum(compared.map(({ cost }) => cost.amount))
  return {
    provider,
    kind,
    count: entries.length,
    compared: compared.length,
    estimatedMinimum: exactSum(compared.map(({ estimate }) => estimate.minimum)),
    estimatedMaximum,
    settled,
    difference: exactSum([settled, -estimatedMaximum]),
    ...(compared.length === 0 ? {} : { outside: (above.length + below.length) / compared.length }),
    overshoots: above.length,
    overshoot: exactSum(above.map(({ estimate, cost }) => cost.amount - estimate.maximum)),
    fromPriceTable: compared.filter(({ cost }) => cost.source === 'price-table').length,
    open: countIn('reserved', 'accepted'),
    unknown: countIn('unknown'),
    refunded: countIn('refunded'),
    unpriced: entries.filter(({ reserved }) => reserved === undefined).length,
  }
}

/** Estimated against settled, for each provider and kind of work, in the order of their names. Plain data. */
export function driftReport(entries: readonly LedgerEntry[]): DriftLine[] {
  const providers = [...new Set(entries.map(({ provider }) => provider))].sort()
  const kinds = ['fine-tune', 'generation'] as const
  return providers.flatMap((provider) =>
    kinds.flatMap((kind) => {
      const group = entries.filter((entry) => entry.provider === provider && entry.kind === kind)
      return group.length === 0 ? [] : [driftOf(provider, kind, group)]
    }),
  )
}
