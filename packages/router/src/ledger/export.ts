import type { NanoUSD } from '@likeness/core'
import { tagOf } from './tag-of.js'
import type { LedgerEntry } from './types.js'

/** Entries as JSON Lines: one a line, as `openLedger` reads them too. Amounts are integer nano-dollars; an unknown one is absent. */
export function toJSONLines(entries: readonly LedgerEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

type Cell = string | number

const unknown = 'unknown'

/** All nine decimals, by digits: a division would round. */
function dollars(amount: NanoUSD | undefined): Cell {
  if (amount === undefined) return unknown
  const digits = String(amount).padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

const nano = (amount: NanoUSD | undefined): Cell => amount ?? unknown

function costOf({ state, cost }: LedgerEntry): NanoUSD | undefined {
  return state === 'refunded' ? 0 : cost?.amount
}

/**
 * A spreadsheet takes text that begins so for a formula, and runs it: https://owasp.org/www-community/attacks/CSV_Injection
 * (2026-11). The apostrophe is among them, so that taking one away always gives back what was there.
 */
const takenForFormula = /^[=+\-@\t\r\n＝＋－＠']/

const text = (value: string | undefined): Cell =>
  value !== undefined && takenForFormula.test(value) ? `'${value}` : (value ?? '')

const columns: Readonly<Record<string, (entry: LedgerEntry) => Cell>> = {
  id: ({ id }) => text(id),
  at: ({ at }) => at,
  changedAt: ({ changedAt }) => changedAt,
  state: ({ state }) => state,
  kind: ({ kind }) => kind,
  provider: ({ provider }) => text(provider),
  target: ({ target }) => text(target),
  role: ({ role }) => role ?? '',
  run: ({ run }) => text(run),
  request: ({ request }) => text(request),
  idempotencyKey: ({ idempotencyKey }) => text(idempotencyKey),
  subject: ({ subject }) => text(subject),
  model: ({ model }) => text(model),
  n: ({ n }) => n ?? '',
  jobId: ({ jobId }) => text(jobId),
  estimatedMinimumUSD: ({ estimate }) => dollars(estimate?.minimum),
  estimatedMinimumNanoUSD: ({ estimate }) => nano(estimate?.minimum),
  reservedUSD: ({ reserved }) => dollars(reserved),
  reservedNanoUSD: ({ reserved }) => nano(reserved),
  costUSD: (entry) => dollars(costOf(entry)),
  costNanoUSD: (entry) => nano(costOf(entry)),
  costSource: ({ cost }) => cost?.source ?? '',
  reason: ({ reason }) => text(reason),
}

/**
 * Entries as CSV (RFC 4180, with a header line), for spreadsheets. Each amount is there in dollars with nine decimals, and
 * in nano-dollars; one that is not known is the word `unknown`, never 0 and never empty. What a refunded entry cost is 0.
 * Each tag has a column `tag:<name>`. Text that a spreadsheet would run as a formula has an apostrophe before it.
 */
export async function toCSV(entries: readonly LedgerEntry[]): Promise<string> {
  const { stringify } = await import('csv-stringify/sync')
  const tags = [...new Set(entries.flatMap((entry) => Object.keys(entry.tags ?? {})))].sort()
  const header = [...Object.keys(columns), ...tags.map((name) => `tag:${name}`)]
  const rows = entries.map((entry) => [
    ...Object.values(columns).map((cellOf) => cellOf(entry)),
    ...tags.map((name) => text(tagOf(entry.tags, name))),
  ])
  // By itself it quotes only its own delimiter: what follows another line break would be a row, and could be a formula.
  return stringify([header, ...rows], { record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}
