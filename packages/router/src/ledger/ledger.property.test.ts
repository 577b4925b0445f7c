import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LikenessError, type NanoUSD } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf } from './budget-book.js'
import { createLedger } from './create-ledger.js'
import { toCSV } from './export.js'
import { openLedger } from './open-ledger.js'
import { scopeOf } from './scopes.js'
import { aHandle, aSubject, charged, estimated } from './test-subjects.js'
import { ledgerTotals } from './totals.js'
import type { Budget, Ledger, LedgerEntry, LedgerSubject, Reservation } from './types.js'

/** What may happen to a ledger, in any order and all at once; `which` picks one of the reservations there are. */
type Step =
  | { readonly do: 'reserve'; readonly subject: LedgerSubject }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'accept' | 'refund' | 'unknown' | 'settle-unknown'; readonly which: number }
  /** `share` of what was reserved. */
  | { readonly do: 'settle'; readonly which: number; readonly share: number }

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 })
const nano = fc.integer({ min: 0, max: 300_000_001 })

const subject: fc.Arbitrary<LedgerSubject> = fc
  .record({
    kind: fc.constantFrom('fine-tune' as const, 'generation' as const),
    provider: fc.constantFrom('astria', 'fal', 'segmind'),
    run: fc.option(fc.constantFrom('spring', 'autumn'), { nil: undefined }),
    tags: fc.option(fc.dictionary(fc.constantFrom('customer', 'plan'), fc.constantFrom('a', 'b', '*')), {
      nil: undefined,
    }),
    maximum: fc.option(nano, { nil: undefined }),
  })
  .map(({ maximum, ...rest }) => ({
    ...aSubject(rest),
    estimate: maximum === undefined ? undefined : { ...estimated(0), maximum },
  }))

const which = fc.nat({ max: 20 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: subject.map((one) => ({ do: 'reserve' as const, subject: one })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((hours) => ({ do: 'wait' as const, hours })) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('accept', 'refund', 'unknown', 'settle-unknown'), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('settle' as const), which, share: fc.integer({ min: 0, max: 10 }) }),
  },
)

const budget: fc.Arbitrary<Budget> = fc.record({
  name: fc.uuid(),
  limitUSD: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  per: fc.constantFrom('run' as const, 'hour' as const, 'day' as const, 'month' as const, 'ever' as const),
  tags: fc.option(fc.dictionary(fc.constantFrom('customer', 'plan'), fc.constantFrom('*', 'a')), { nil: undefined }),
  unpriced: fc.constantFrom('refuse', 'allow', undefined),
})

interface Played {
  readonly ledger: Ledger
  readonly refused: number
}

/** Plays the steps without waiting for any, then waits for all. What no step may do is refused by an Error, and ignored. */
async function play(
  ledger: Ledger,
  clock: { advance(ms: number): Promise<void> },
  steps: readonly Step[],
  check: () => void,
): Promise<Played> {
  const reservations: Reservation[] = []
  const work: Promise<unknown>[] = []
  let refused = 0
  const onError = (error: unknown) => {
    if (LikenessError.is(error) && error.kind === 'budget-exceeded') refused++
    else if (!/cannot become/.test(String(error))) throw error
  }
  for (const one of steps) {
    if (one.do === 'reserve') {
      work.push(ledger.reserve(one.subject).then((given) => void reservations.push(given), onError))
    } else if (one.do === 'wait') {
      await clock.advance(one.hours * 3_600_000)
    } else {
      await Promise.resolve()
      const index = one.which % Math.max(1, reservations.length)
      const chosen = reservations[index]
      if (chosen !== undefined) work.push(tell(chosen, one, index).catch(onError))
    }
    check()
  }
  await Promise.all(work)
  check()
  return { ledger, refused }
}

function tell(reservation: Reservation, one: Exclude<Step, { do: 'reserve' | 'wait' }>, index: number): Promise<void> {
  switch (one.do) {
    case 'accept':
      return reservation.accept(aHandle(`job-${index}`, reservation.entry.provider))
    case 'refund':
      return reservation.refund('rejected')
    case 'unknown':
      return reservation.unknown('the answer was lost')
    case 'settle-unknown':
      return reservation.settle(undefined)
    case 'settle': {
      // Never above what was reserved: only then can a budget promise anything.
      const amount = Math.floor(((reservation.entry.reserved ?? 0) * one.share) / 10)
      return reservation.settle({ ...charged(0), amount })
    }
  }
}

/** What budgets must say, worked out from nothing but the entries, with integers that never round. */
function recount(budgets: readonly Budget[], entries: readonly LedgerEntry[]) {
  return budgets.flatMap((one) => {
    const scopes = Map.groupBy(entries, (entry) => scopeOf(one, entry, entry.at)?.key)
    return [...scopes].flatMap(([key, group]) => {
      if (key === undefined) return []
      const sum = (amounts: readonly NanoUSD[]) => Number(amounts.reduce((total, amount) => total + BigInt(amount), 0n))
      const shares = group.map(shareOf)
      return [{ spent: sum(shares.map((share) => share.spent)), held: sum(shares.map((share) => share.held)) }]
    })
  })
}

const used = ({ spent, held }: { readonly spent: number; readonly held: number }) => spent + held > 0
const byAmount = (one: { spent: number; held: number }, other: { spent: number; held: number }) =>
  one.spent - other.spent || one.held - other.held

describe('whatever happens to a ledger', () => {
  const scenario = fc.record({
    budgets: fc.uniqueArray(budget, { maxLength: 4, selector: (one) => one.name }),
    steps: fc.array(step, { maxLength: 60, size: 'max' }),
  })

  it('no budget is overshot, and budgets always equal the sum of the entries', async () => {
    let refusals = 0
    await fc.assert(
      fc.asyncProperty(scenario, async ({ budgets, steps }) => {
        const clock = createVirtualClock()
        const ledger = createLedger({ clock, budgets })
        const { refused } = await play(ledger, clock, steps, () => {
          const uses = ledger.budgets()
          for (const use of uses) expect(use.spent + use.held).toBeLessThanOrEqual(use.limit)
          const shown = uses.map(({ spent, held }) => ({ spent, held })).filter(used)
          expect(shown.sort(byAmount)).toEqual(recount(budgets, ledger.entries()).filter(used).sort(byAmount))
        })
        refusals += refused
      }),
      { numRuns: 200 },
    )
    // Else the budgets were never put to the test.
    expect(refusals).toBeGreaterThan(100)
  })

  it('totals equal the sum of the entries, by whatever they are kept', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ budgets, steps }) => {
        const clock = createVirtualClock()
        const ledger = createLedger({ clock, budgets })
        await play(ledger, clock, steps, () => {})
        const entries = ledger.entries()
        const all = recount([{ name: 'all', limitUSD: 0, per: 'ever' }], entries)[0] ?? { spent: 0, held: 0 }
        for (const by of ['provider', 'run', 'day', 'month', 'tag:customer'] as const) {
          const totals = ledgerTotals(entries, by)
          const sum = (field: 'count' | 'settled' | 'held' | 'unknown') =>
            totals.reduce((total, one) => total + one[field], 0)
          expect({ spent: sum('settled'), held: sum('held') }).toEqual(all)
          expect(sum('count')).toBe(entries.length)
          expect(sum('unknown')).toBe(entries.filter(({ state }) => state === 'unknown').length)
        }
      }),
    )
  })

  it('its file gives the same ledger back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'likeness-ledger-'))
    try {
      await fc.assert(
        fc.asyncProperty(scenario, fc.uuid(), async ({ budgets, steps }, id) => {
          const clock = createVirtualClock()
          const settings = { path: join(folder, id), clock, budgets }
          const ledger = await openLedger(settings)
          await play(ledger, clock, steps, () => {})
          const again = await openLedger(settings)
          expect(again.entries()).toEqual(ledger.entries())
          expect(again.budgets()).toEqual(ledger.budgets())
          await Promise.all([ledger.close(), again.close()])
        }),
        { numRuns: 60 },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('its CSV can be read back, cell by cell', async () => {
    const texts = fc.record({ run: name, subject: name, model: name, target: name, tag: name, reason: name })
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 5 }), nano, async (all, amount) => {
        const ledger = createLedger({ clock: createVirtualClock() })
        for (const { tag, reason, ...rest } of all) {
          const estimate = { ...estimated(0), maximum: amount }
          await (await ledger.reserve(aSubject({ ...rest, estimate, tags: { tag } }))).unknown(reason)
        }
        const rows: Record<string, string>[] = parse(await toCSV(ledger.entries()), { columns: true })
        const unescaped = (cell: string | undefined) => (cell?.startsWith("'") ? cell.slice(1) : cell)
        const read = rows.map(({ run, subject, model, target, reason, ...row }) => ({
          ...Object.fromEntries(
            Object.entries({ run, subject, model, target, reason }).map(([key, cell]) => [key, unescaped(cell)]),
          ),
          tag: unescaped(row['tag:tag']),
        }))
        expect(read).toEqual(all)
        for (const row of rows) {
          expect(Number(row.reservedNanoUSD)).toBe(amount)
          expect(BigInt((row.reservedUSD ?? '').replace('.', ''))).toBe(BigInt(amount))
          expect(row.costNanoUSD).toBe('unknown')
        }
      }),
    )
  })
})
