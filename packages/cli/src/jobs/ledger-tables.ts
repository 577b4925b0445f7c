import { formatUSD, type NanoUSD } from '@likeness/core'
import type { BudgetUse, DriftLine, LedgerEntry, LedgerTotal } from '@likeness/router'
import { table } from '../table.js'

const orUnknown = (amount: NanoUSD | undefined) => (amount === undefined ? 'unknown' : formatUSD(amount))

/** What is known of an entry's cost: never nothing where it is not known. */
function costOf({ state, cost, reserved }: LedgerEntry): string {
  switch (state) {
    case 'settled':
      return orUnknown(cost?.amount)
    case 'refunded':
      return formatUSD(0)
    case 'reserved':
    case 'accepted':
      return `up to ${orUnknown(reserved)}`
    case 'unknown':
      return `unknown, up to ${orUnknown(reserved)}`
  }
}

const tagsOf = ({ tags = {} }: LedgerEntry) => Object.entries(tags).map(([name, value]) => `${name}=${value}`)

/** Paid requests, one a line. */
export function entriesTable(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return ''
  const rows = entries.map((entry) => [
    entry.at.slice(0, 19).replace('T', ' '),
    entry.provider,
    entry.kind,
    entry.state,
    costOf(entry),
    entry.role ?? '',
    entry.jobId ?? '',
    [...tagsOf(entry), ...(entry.reason === undefined ? [] : [entry.reason])].join(' '),
  ])
  return table([['time (UTC)', 'provider', 'kind', 'state', 'cost', 'role', 'job', ''], ...rows])
}

/** Sums, with what is held and unknown in columns of their own. */
export function totalsTable(by: string, totals: readonly LedgerTotal[]): string {
  const rows = totals.map(({ key, count, settled, held, open, unknown, refunded, unpriced }) => [
    key ?? 'none',
    ...[String(count), formatUSD(settled), formatUSD(held)],
    ...[open, unknown, refunded, unpriced].map(String),
  ])
  return table([[by, 'requests', 'settled', 'held', 'open', 'unknown', 'refunded', 'without price'], ...rows])
}

/** One line under a list, so that what is unknown is never out of sight. */
export function totalLine(totals: readonly LedgerTotal[]): string {
  const sum = (of: (total: LedgerTotal) => number) => totals.reduce((before, total) => before + of(total), 0)
  const count = sum((total) => total.count)
  const settled = formatUSD(sum((total) => total.settled))
  const held = formatUSD(sum((total) => total.held))
  const unknown = sum((total) => total.unknown)
  return `total: ${count} ${count === 1 ? 'request' : 'requests'}, ${settled} settled, ${held} held, ${unknown} unknown`
}

function signed(amount: NanoUSD): string {
  return amount > 0 ? `+${formatUSD(amount)}` : formatUSD(amount)
}

/** Estimated against settled. */
export function driftTable(lines: readonly DriftLine[]): string {
  if (lines.length === 0) return ''
  const rows = lines.map((line) => [
    line.provider,
    line.kind,
    `${line.compared} of ${line.count}`,
    line.estimatedMinimum === line.estimatedMaximum
      ? formatUSD(line.estimatedMaximum)
      : `${formatUSD(line.estimatedMinimum)} to ${formatUSD(line.estimatedMaximum)}`,
    formatUSD(line.settled),
    signed(line.difference),
    line.outside === undefined ? '' : `${Math.round(line.outside * 100)} %`,
    ...[line.unknown, line.refunded, line.unpriced].map(String),
  ])
  const head = ['provider', 'kind', 'compared', 'estimated', 'settled', 'difference', 'outside', 'unknown', 'refunded']
  return table([[...head, 'without price'], ...rows])
}

/** How each budget stands. */
export function budgetsTable(uses: readonly BudgetUse[]): string {
  if (uses.length === 0) return ''
  const rows = uses.map(({ budget, scope, limit, spent, held, unpriced }) => [
    budget,
    scope,
    formatUSD(limit),
    formatUSD(spent),
    formatUSD(held),
    formatUSD(limit - spent - held),
    String(unpriced),
  ])
  return table([['budget', 'for', 'limit', 'spent', 'held', 'left', 'without price'], ...rows])
}
