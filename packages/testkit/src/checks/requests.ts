import assert from 'node:assert/strict'
import type { ErrorKind, LikenessError } from '@likeness/core'
import type { JournalEntry } from '../backend.js'
import type { Session } from '../session.js'
import { assertKind, rejection } from './rejection.js'

/** Fails where anything arrived. */
export function assertNothingSent(requests: readonly JournalEntry[]): void {
  const list = requests.map(({ operation, method, path }) => `${operation} (${method} ${path})`).join(', ')
  assert.equal(requests.length, 0, `nothing may be sent, but these requests arrived: ${list}`)
}

/** Fails unless `work` is refused, as one of the kinds, before anything is sent. */
export async function assertRefusedUnsent(
  session: Session,
  work: () => Promise<unknown>,
  ...kinds: readonly ErrorKind[]
): Promise<LikenessError> {
  let error: LikenessError | undefined
  const requests = await session.requestsDuring(async () => {
    error = await rejection(work())
  })
  assert.ok(error)
  assertKind(error, ...kinds)
  assertNothingSent(requests)
  return error
}
