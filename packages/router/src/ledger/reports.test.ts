import { nanoUSD } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { driftReport } from './drift.js'
import { exactSum } from './exact-sum.js'
import { filterEntries, type LedgerFilter } from './filter.js'
import { newEntry } from './new-entry.js'
import { applyChange, type LedgerChange } from './states.js'
import { aHandle, aSubject, charged, estimated } from './test-subjects.js'
import { ledgerTotals, type TotalsBy } from './totals.js'
import type { LedgerEntry, LedgerSubject } from './types.js'

function entry(subject: Partial<LedgerSubject>, change?: LedgerChange, at = '2026-11-20T10:00:00.000Z'): LedgerEntry {
  const reserved = newEntry(aSubject(subject), at)
  return (change && applyChange(reserved, change, at)) ?? reserved
}

const settled = (dollars: number, source?: 'price-table'): LedgerChange => ({
  to: 'settled',
  cost: charged(dollars, source),
})
const lost: LedgerChange = { to: 'unknown', reason: 'the answer was lost' }
const rejected: LedgerChange = { to: 'refunded', reason: 'rejected' }
const accepted: LedgerChange = { to: 'accepted', handle: aHandle('job-1') }

describe('the drift report', () => {
  it('compares what was settled with what was estimated, and nothing else', () => {
    const between = { estimate: estimated(0.2, 0.1) }
    const report = driftReport([
      entry({}, settled(0.1)),
      entry(between, settled(0.15)),
      entry(between, settled(0.05)),
      entry(between, settled(0.26, 'price-table')),
      entry({}, lost),
      entry({}, rejected),
      entry({}, accepted),
      entry({ estimate: undefined }, settled(7)),
      entry({ estimate: undefined }, lost),
      entry({ kind: 'fine-tune' }),
      entry({ provider: 'astria' }, settled(0.1)),
    ])
    expect(report.map(({ provider, kind }) => [provider, kind])).toEqual([
      ['astria', 'generation'],
      ['fal', 'fine-tune'],
      ['fal', 'generation'],
    ])
    expect(report[2]).toEqual({
      provider: 'fal',
      kind: 'generation',
      count: 9,
      compared: 4,
      estimatedMinimum: nanoUSD(0.4),
      estimatedMaximum: nanoUSD(0.7),
      settled: nanoUSD(0.56),
      difference: nanoUSD(-0.14),
      outside: 0.5,
      overshoots: 1,
      overshoot: nanoUSD(0.06),
      fromPriceTable: 1,
      open: 1,
      unknown: 2,
      refunded: 1,
      unpriced: 2,
    })
  })

  it('has no share of nothing', () => {
    expect(driftReport([entry({}, lost)])[0]).not.toHaveProperty('outside')
    expect(driftReport([])).toEqual([])
  })
})

describe('totals', () => {
  const entries = [
    entry({ run: 'spring', tags: { customer: 'acme' } }, settled(0.07)),
    entry({ run: 'spring' }, lost, '2026-11-21T00:00:00.000Z'),
    entry({ provider: 'astria', tags: { customer: '' } }, rejected, '2026-12-01T00:00:00.000Z'),
    entry({ run: 'autumn', estimate: undefined }, accepted),
  ]

  it('are kept by provider, with what is unknown in sight', () => {
    expect(ledgerTotals(entries, 'provider')).toEqual([
      { key: 'astria', count: 1, settled: 0, held: 0, open: 0, unknown: 0, refunded: 1, unpriced: 0 },
      {
        key: 'fal',
        count: 3,
        settled: nanoUSD(0.07),
        held: nanoUSD(0.1),
        open: 1,
        unknown: 1,
        refunded: 0,
        unpriced: 1,
      },
    ])
  })

  it.each([
    ['run', ['autumn', 'spring', undefined]],
    ['day', ['2026-11-20', '2026-11-21', '2026-12-01']],
    ['month', ['2026-11', '2026-12']],
    ['tag:customer', ['', 'acme', undefined]],
  ] as const)('are kept by %s', (by, keys) => {
    expect(ledgerTotals(entries, by).map(({ key }) => key)).toEqual(keys)
  })

  it('take nothing for a tag but a tag', () => {
    const entries = [entry({ tags: { a: '1' } })]
    expect(ledgerTotals(entries, 'tag:constructor')).toMatchObject([{ count: 1 }])
    expect(ledgerTotals(entries, 'tag:constructor')[0]?.key).toBeUndefined()
    expect(filterEntries(entries, { tags: { constructor: '*' } })).toEqual([])
  })

  it('refuse to add up by anything else', () => {
    expect(() => ledgerTotals(entries, 'tag:' as TotalsBy)).toThrow(
      'by: must be provider, run, day, month or tag:<name>',
    )
  })

  it('are exact, or refused', () => {
    expect(exactSum(Array.from({ length: 10 }, () => nanoUSD(0.1)))).toBe(1_000_000_000)
    expect(() => exactSum([Number.MAX_SAFE_INTEGER, 1, -1])).toThrow(RangeError)
  })
})

describe('the filter', () => {
  const entries = [
    entry({ run: 'spring', tags: { customer: 'acme' } }, settled(0.07), '2026-10-31T23:59:59.999Z'),
    entry({ provider: 'astria', kind: 'fine-tune' }, lost, '2026-11-01T00:00:00.000Z'),
    entry({ provider: 'segmind', tags: { customer: 'other' } }, undefined, '2026-11-20T10:00:00.000Z'),
  ]

  it.each<[LedgerFilter, readonly number[]]>([
    [{}, [0, 1, 2]],
    [{ provider: 'fal' }, [0]],
    [{ provider: ['fal', 'astria'] }, [0, 1]],
    [{ state: 'unknown' }, [1]],
    [{ state: ['unknown', 'reserved'] }, [1, 2]],
    [{ kind: 'generation' }, [0, 2]],
    [{ run: 'spring' }, [0]],
    [{ tags: { customer: 'acme' } }, [0]],
    [{ tags: { customer: '*' } }, [0, 2]],
    [{ since: '2026-11' }, [1, 2]],
    [{ until: '2026-11-01' }, [0]],
    [{ since: '2026-11-01T01:00+01:00', until: '2026-11-20T10:00Z' }, [1]],
    [{ provider: 'fal', state: 'unknown' }, []],
  ])('%j', (filter, expected) => {
    expect(filterEntries(entries, filter)).toEqual(expected.map((index) => entries[index]))
  })

  it.each(['yesterday', '2026-13', '2026-02-30', '2026-11-31T10:00+01:00', '2026-11-20T10:00', '1700000000000', ''])(
    'takes no time %j',
    (since) => {
      expect(() => filterEntries(entries, { since })).toThrow(/^since: must be 2026-11, .*given was/)
    },
  )
})
