import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { ledgerEntrySchema } from './entry-schema.js'
import { toCSV, toJSONLines } from './export.js'
import { newEntry } from './new-entry.js'
import { applyChange, type LedgerChange } from './states.js'
import { aHandle, aSubject, charged, estimated } from './test-subjects.js'
import type { LedgerEntry, LedgerSubject } from './types.js'

const at = '2026-11-20T10:00:00.000Z'

function entry(subject: Partial<LedgerSubject>, ...changes: readonly LedgerChange[]): LedgerEntry {
  return changes.reduce((known, change) => applyChange(known, change, at) ?? known, newEntry(aSubject(subject), at))
}

async function rows(entries: readonly LedgerEntry[]): Promise<Record<string, string>[]> {
  return parse(await toCSV(entries), { columns: true })
}

describe('CSV', () => {
  it('has every amount in dollars and in nano-dollars', async () => {
    const exact = entry({ estimate: estimated(0.035) }, { to: 'settled', cost: charged(0.000000001) })
    const large = entry({}, { to: 'settled', cost: { ...charged(0), amount: Number.MAX_SAFE_INTEGER } })
    expect(await rows([exact, large])).toMatchObject([
      {
        reservedUSD: '0.035000000',
        reservedNanoUSD: '35000000',
        costUSD: '0.000000001',
        costNanoUSD: '1',
        costSource: 'vendor-response',
      },
      { costUSD: '9007199.254740991', costNanoUSD: '9007199254740991' },
    ])
  })

  it('says unknown where an amount is not known, never 0 and never nothing', async () => {
    const lost = entry({ estimate: undefined }, { to: 'unknown', reason: 'the answer was lost' })
    const open = entry({}, { to: 'accepted', handle: aHandle('job-1') })
    const refunded = entry({}, { to: 'refunded', reason: 'rejected' })
    const unknown = { costUSD: 'unknown', costNanoUSD: 'unknown' }
    expect(await rows([lost, open, refunded])).toMatchObject([
      { ...unknown, reservedUSD: 'unknown', reservedNanoUSD: 'unknown', estimatedMinimumUSD: 'unknown' },
      { ...unknown, reservedUSD: '0.100000000', jobId: 'job-1' },
      { costUSD: '0.000000000', costNanoUSD: '0', reason: 'rejected' },
    ])
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "'=1"])('runs no %j', async (value) => {
    const [row] = await rows([entry({ run: value, tags: { customer: value } })])
    expect(row).toMatchObject({ run: `'${value}`, 'tag:customer': `'${value}` })
  })

  it.each(['\n', '\r', '\r\n'])('begins no row within a text, at %j', async (lineBreak) => {
    const value = `a${lineBreak}=1+1`
    expect(await toCSV([entry({ tags: { customer: value } })])).toContain(`,"${value}"\r\n`)
  })

  it('has nothing for a tag that an entry lacks, whatever the tag is called', async () => {
    const [lacks, has] = await rows([entry({ tags: {} }), entry({ tags: { constructor: 'me' } })])
    expect([lacks?.['tag:constructor'], has?.['tag:constructor']]).toEqual(['', 'me'])
  })

  it('keeps commas, quotes and line breaks in their cells', async () => {
    const reason = 'said "no",\r\ntwice'
    const [row] = await rows([entry({ tags: { 'a,b': 'x' } }, { to: 'refunded', reason })])
    expect(row).toMatchObject({ reason, 'tag:a,b': 'x' })
  })

  it('has a header where there is nothing else', async () => {
    expect(await toCSV([])).toMatch(/^id,at,changedAt,state,kind,provider,[^\n]*\r\n$/)
  })
})

describe('JSON Lines', () => {
  it('hold whole entries, which can be read back', () => {
    const entries = [
      entry({ tags: { a: '1' } }, { to: 'accepted', handle: aHandle('job-1') }),
      entry({ run: '\u2028' }),
    ]
    const text = toJSONLines(entries)
    expect(text.split('\n')).toHaveLength(3)
    const read = text
      .trimEnd()
      .split('\n')
      .map((line) => ledgerEntrySchema.parse(JSON.parse(line)))
    expect(read).toEqual(entries)
    expect(toJSONLines([])).toBe('')
  })
})
