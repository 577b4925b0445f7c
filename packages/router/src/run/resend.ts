import { type Attempt, LikenessError } from '@likeness/core'
import type { Reservation } from '../ledger/types.js'
import { book, tellBudget } from './books.js'
import type { RequestRun } from './request-run.js'

/**
 * A second send, after an answer that is lost for good, is a paid request of its own: the first one stays in the books
 * as `unknown`, since it may have been billed as well.
 *
 * @param lost - the entry of the first send
 * @param open - sets money aside for the second one
 */
export async function reserveResend(
  run: RequestRun,
  lost: Reservation | undefined,
  open: () => Promise<Reservation>,
): Promise<Reservation> {
  await book(lost?.unknown('outcome-unknown'))
  if (lost !== undefined) tellBudget(run, lost)
  return open()
}

/** Refunds the second send where it certainly cost nothing: what is said of both of them then is that nobody knows. */
export async function bookRefusedResend(
  reservation: Reservation | undefined,
  error: unknown,
  last: Attempt | undefined,
): Promise<void> {
  if (!LikenessError.is(error) || error.billed !== 'no' || last?.outcome === 'accepted') return
  await book(reservation?.refund(error.kind))
}

/** That the second send was refused does not tell what became of the first one, which alone decides how to go on. */
export function stillUnknown(error: LikenessError): LikenessError {
  if (error.kind === 'aborted' || error.kind === 'outcome-unknown') return error
  const message = `${error.message} It had been sent before, and the answer was lost.`
  return error.with({ kind: 'outcome-unknown', billed: 'maybe', message, cause: error })
}
