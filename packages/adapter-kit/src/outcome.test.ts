import { describe, expect, it } from 'vitest'
import { type Ending, judge, outcomeTable } from './outcome.js'

type Expected = [
  ending: Ending,
  readKind: string,
  resendRead: boolean,
  paidKind: string,
  outcome: string,
  billed: string,
  resendPaid: boolean,
]

const rows: Expected[] = [
  ['connection-failed', 'network', true, 'network', 'rejected', 'no', true],
  ['connection-timeout', 'timeout', true, 'timeout', 'rejected', 'no', true],
  ['connection-lost', 'network', true, 'outcome-unknown', 'unknown', 'maybe', false],
  ['answer-timeout', 'timeout', true, 'outcome-unknown', 'unknown', 'maybe', false],
  ['answer-unreadable', 'invalid-response', true, 'outcome-unknown', 'unknown', 'maybe', false],
  ['answer-too-large', 'invalid-response', false, 'outcome-unknown', 'unknown', 'maybe', false],
  ['body-failed', 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  ['request-refused', 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  ['aborted-unsent', 'aborted', false, 'aborted', 'rejected', 'no', false],
  ['aborted', 'aborted', false, 'aborted', 'unknown', 'maybe', false],
  [301, 'invalid-response', false, 'invalid-response', 'rejected', 'no', false],
  [302, 'invalid-response', false, 'outcome-unknown', 'unknown', 'maybe', false],
  [303, 'invalid-response', false, 'outcome-unknown', 'unknown', 'maybe', false],
  [307, 'invalid-response', false, 'invalid-response', 'rejected', 'no', false],
  [308, 'invalid-response', false, 'invalid-response', 'rejected', 'no', false],
  [400, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [401, 'authentication', false, 'authentication', 'rejected', 'no', false],
  [402, 'insufficient-credits', false, 'insufficient-credits', 'rejected', 'no', false],
  [403, 'permission', false, 'permission', 'rejected', 'no', false],
  [404, 'not-found', false, 'not-found', 'rejected', 'no', false],
  [405, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [406, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [408, 'timeout', true, 'timeout', 'rejected', 'no', false],
  [409, 'conflict', false, 'conflict', 'rejected', 'no', false],
  [410, 'not-found', false, 'not-found', 'rejected', 'no', false],
  [413, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [422, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [423, 'conflict', false, 'conflict', 'rejected', 'no', false],
  [425, 'unavailable', true, 'unavailable', 'rejected', 'no', false],
  [429, 'rate-limited', true, 'rate-limited', 'rejected', 'no', true],
  [451, 'content-blocked', false, 'content-blocked', 'rejected', 'no', false],
  [499, 'invalid-request', false, 'invalid-request', 'rejected', 'no', false],
  [500, 'unavailable', true, 'outcome-unknown', 'unknown', 'maybe', false],
  [501, 'unavailable', true, 'unavailable', 'rejected', 'no', false],
  [502, 'unavailable', true, 'outcome-unknown', 'unknown', 'maybe', false],
  [503, 'unavailable', true, 'unavailable', 'rejected', 'no', false],
  [504, 'unavailable', true, 'outcome-unknown', 'unknown', 'maybe', false],
  [520, 'unavailable', true, 'outcome-unknown', 'unknown', 'maybe', false],
  [524, 'unavailable', true, 'outcome-unknown', 'unknown', 'maybe', false],
  [0, 'invalid-response', false, 'outcome-unknown', 'unknown', 'maybe', false],
  [699, 'invalid-response', false, 'outcome-unknown', 'unknown', 'maybe', false],
]

describe('judge', () => {
  it.each(rows)('%s', (ending, readKind, resendRead, paidKind, outcome, billed, resendPaid) => {
    expect(judge('read', ending)).toEqual({ kind: readKind, outcome: 'rejected', billed: 'no', resend: resendRead })
    expect(judge('paid', ending)).toEqual({ kind: paidKind, outcome, billed, resend: resendPaid })
  })

  it('resends a paid request after nothing but a failed connection and 429', () => {
    const statuses = Array.from({ length: 1000 }, (_, code) => code)
    const names = outcomeTable.flatMap(({ ending }) => (typeof ending === 'string' ? [ending] : []))
    const resent = [...names, ...statuses].filter((ending) => judge('paid', ending).resend)
    expect(resent).toEqual(['connection-failed', 'connection-timeout', 429])
  })

  it('never calls a paid request free of charge where it may have been taken', () => {
    for (const code of Array.from({ length: 1000 }, (_, index) => index)) {
      const { outcome, billed } = judge('paid', code)
      expect(billed).toBe(outcome === 'unknown' ? 'maybe' : 'no')
    }
  })
})
