import { describe, expect, it } from 'vitest'
import { newEntry } from './new-entry.js'
import { applyChange, type LedgerChange } from './states.js'
import { aHandle, aSubject, charged } from './test-subjects.js'
import type { LedgerEntry } from './types.js'

const at = '2026-11-20T10:00:00.000Z'
const later = '2026-11-20T10:01:00.000Z'
const accepted: LedgerChange = { to: 'accepted', handle: aHandle('job-1') }
const settled: LedgerChange = { to: 'settled', cost: charged(0.05) }
const refunded: LedgerChange = { to: 'refunded', reason: 'rejected by the vendor' }
const unknown: LedgerChange = { to: 'unknown', reason: 'the answer was lost' }

function after(...changes: readonly LedgerChange[]): LedgerEntry {
  return changes.reduce((entry, change) => applyChange(entry, change, at) ?? entry, newEntry(aSubject(), at))
}

describe('the states of an entry', () => {
  it.each([
    ['reserved', [], accepted],
    ['reserved', [], settled],
    ['reserved', [], refunded],
    ['reserved', [], unknown],
    ['accepted', [accepted], settled],
    ['accepted', [accepted], refunded],
    ['accepted', [accepted], unknown],
    ['unknown', [unknown], accepted],
    ['unknown', [unknown], settled],
    ['unknown', [unknown], refunded],
    ['unknown, though accepted', [accepted, unknown], settled],
  ] as const)('%s leads on', (_, before, change) => {
    expect(applyChange(after(...before), change, later)).toMatchObject({ state: change.to, at, changedAt: later })
  })

  it.each([
    ['settled', 'refunded', [settled], refunded],
    ['settled', 'accepted', [settled], accepted],
    ['settled', 'unknown', [settled], unknown],
    ['refunded', 'settled', [refunded], settled],
    ['refunded', 'accepted', [refunded], accepted],
    ['refunded', 'unknown', [refunded], unknown],
    ['settled', 'settled', [settled], { to: 'settled', cost: charged(0.06) }],
    ['accepted', 'accepted', [accepted], { to: 'accepted', handle: aHandle('job-2') }],
    ['unknown', 'accepted', [accepted, unknown], { to: 'accepted', handle: aHandle('job-2') }],
  ] as const)('%s does not lead to %s', (from, to, before, change) => {
    expect(() => applyChange(after(...before), change, later)).toThrow(
      new RegExp(`is \`${from}\`.* cannot become \`${to}\``),
    )
  })

  it.each([
    ['accepted', accepted],
    ['settled', settled],
    ['refunded', refunded],
    ['unknown', unknown],
  ] as const)('%s told again changes nothing', (_, change) => {
    expect(applyChange(after(change), change, later)).toBeUndefined()
  })

  it('forgets why it was unknown once more is known', () => {
    expect(after(unknown).reason).toBe('the answer was lost')
    expect(after(unknown, settled)).not.toHaveProperty('reason')
  })

  it.each([Number.NaN, 0.5, -1, Number.POSITIVE_INFINITY])('takes no cost of %s', (amount) => {
    const change: LedgerChange = { to: 'settled', cost: { ...charged(0), amount } }
    expect(() => applyChange(after(accepted), change, later)).toThrow(/cost\.amount must be whole nano-dollars/)
  })
})
