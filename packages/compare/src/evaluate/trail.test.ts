import type { Cost } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import type { WorkLine } from '../run/lines.js'
import { trailOf } from './trail.js'

const at = '2026-11-20T10:00:00.000Z'
const key = 'fine-tune/robby/fal/1'
const cost: Cost = { amount: 35_000_000, currency: 'USD', source: 'vendor-response', lines: [] }
const intent: WorkLine = {
  type: 'intent',
  at,
  key,
  idempotencyKey: 'one',
  estimate: { minimum: 0, maximum: 40_000_000, currency: 'USD', lines: [], asOf: '2026-11-01' },
}
const handle = {
  version: 1,
  kind: 'generation',
  provider: 'fal',
  id: 'abc',
  idempotencyKey: 'one',
  startedAt: at,
  data: {},
} as const
const words = (...lines: readonly WorkLine[]) => trailOf(lines).map(({ text }) => text)

describe('trailOf', () => {
  it('tells each step with its time', () => {
    expect(trailOf([intent])).toEqual([{ at, text: 'sent, at most $0.04' }])
    expect(words({ type: 'intent', at, key, idempotencyKey: 'one' })).toEqual(['sent, price unknown'])
  })

  it('tells of another try, a lost answer and warnings', () => {
    const error = { kind: 'rate-limited', message: 'Too many requests.', billed: 'no' } as const
    expect(
      words(
        intent,
        { type: 'returned', at, key, error },
        intent,
        { type: 'accepted', at, key, handle, found: true, warnings: ['seed is ignored'] },
        { type: 'succeeded', at, key, cost, times: {}, images: [] },
      ),
    ).toEqual([
      'sent, at most $0.04',
      'not created: Too many requests.',
      'sent again, at most $0.04',
      'answer lost; found at the vendor as abc; warning: seed is ignored',
      'done: 0 pictures, $0.035',
    ])
  })

  it('tells what a failure cost, as far as that is known', () => {
    const failed = (billed: 'no' | 'maybe', charged?: Cost): WorkLine => ({
      type: 'failed',
      at,
      key,
      error: { kind: 'job-failed', message: 'It broke.', billed },
      times: {},
      ...(charged && { cost: charged }),
    })
    expect(words(failed('no'), failed('maybe'), failed('maybe', cost))).toEqual([
      'failed: It broke. (not charged)',
      'failed: It broke. (cost unknown)',
      'failed: It broke. ($0.035)',
    ])
  })

  it('tells what nobody knows', () => {
    expect(words({ type: 'unknown', at, key }, { type: 'returned', at, key })).toEqual([
      'outcome unknown: the vendor cannot be asked',
      'the vendor has no such job: nothing was created',
    ])
  })
})
