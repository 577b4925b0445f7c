import assert from 'node:assert/strict'
import { type ErrorKind, LikenessError } from '@likeness/core'
import { CaseSkipped } from '../case.js'

/** What `work` rejects with. Fails where it resolves, or rejects with anything but a LikenessError. */
export async function rejection(work: Promise<unknown>, what = 'the call'): Promise<LikenessError> {
  let value: unknown
  try {
    value = await work
  } catch (error) {
    if (LikenessError.is(error)) return error
    if (error instanceof CaseSkipped) throw error
    throw new assert.AssertionError({ message: `${what} must reject with a LikenessError, not with ${String(error)}` })
  }
  throw new assert.AssertionError({ message: `${what} must be refused, but it resolved with ${JSON.stringify(value)}` })
}

/** Fails unless the error is of one of the kinds. */
export function assertKind(error: LikenessError, ...kinds: readonly ErrorKind[]): void {
  assert.ok(
    kinds.includes(error.kind),
    `the error must be of kind ${kinds.join(' or ')}, not ${error.kind} (${error.message})`,
  )
}
