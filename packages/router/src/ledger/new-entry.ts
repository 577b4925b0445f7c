import { randomUUID } from 'node:crypto'
import type { NanoUSD } from '@likeness/core'
import type { LedgerEntry, LedgerSubject } from './types.js'

/**
 * What is to be set aside for a request; `undefined` where no price is known.
 *
 * @throws RangeError for an estimate that is no amount: it would spoil every sum that it goes into
 */
export function upperBound({ estimate, provider }: LedgerSubject): NanoUSD | undefined {
  if (estimate === undefined) return undefined
  for (const field of ['minimum', 'maximum'] as const) {
    const amount = estimate[field]
    if (Number.isSafeInteger(amount) && amount >= 0) continue
    throw new RangeError(`${provider}: estimate.${field} must be whole nano-dollars, not negative; it was ${amount}.`)
  }
  return estimate.maximum
}

/** A new entry. It takes over the fields it knows and no other, so that no prompt gets in with a whole request. */
export function newEntry(subject: LedgerSubject, at: string): LedgerEntry {
  const { kind, provider, target, idempotencyKey, request, role, run, tags, model, n, estimate } = subject
  const reserved = upperBound(subject)
  const when = { id: randomUUID(), at, changedAt: at, state: 'reserved' as const, reserved }
  const what = { kind, provider, target, subject: subject.subject, model, n, estimate }
  return { ...when, ...what, idempotencyKey, request, role, run, tags }
}
