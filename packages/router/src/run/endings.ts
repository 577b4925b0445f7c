import { type JobHandle, type JobStatus, LikenessError } from '@likeness/core'
import type { Reservation } from '../ledger/types.js'
import { ledgerCode } from '../rules.js'

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** What an adapter must not throw, as an error that says so. What it had sent by then is not known. */
export function asError(thrown: unknown, provider: string): LikenessError {
  if (LikenessError.is(thrown)) return thrown
  const message = `${provider} failed in a way it must not: ${wordsOf(thrown)}`
  return new LikenessError({ kind: 'outcome-unknown', message, provider, billed: 'maybe', cause: thrown })
}

/** What went wrong in getting ready to send, as an error that says that nothing was sent. */
export function asUnsent(thrown: unknown, provider: string): LikenessError {
  if (LikenessError.is(thrown)) return thrown
  const message = `${wordsOf(thrown)} Nothing was sent to ${provider}.`
  return new LikenessError({ kind: 'unavailable', message, provider, cause: thrown })
}

/**
 * Sets money aside.
 *
 * @throws LikenessError as the ledger refuses it; with the code of {@link ledgerCode} where it cannot be written
 */
export async function setAside(reserve: () => Promise<Reservation>): Promise<Reservation> {
  try {
    return await reserve()
  } catch (thrown) {
    if (LikenessError.is(thrown)) throw thrown
    throw new LikenessError({
      kind: 'unavailable',
      message: `The ledger could not be written: ${wordsOf(thrown)} Nothing was sent.`,
      retry: 'later',
      code: ledgerCode,
      hint: 'Without a record of it no money is spent. Make room, or let the ledger lie where it can be written.',
      cause: thrown,
    })
  }
}

/** Failures of the waiting that say what became of the job, or that it goes on. */
const telling: ReadonlySet<LikenessError['kind']> = new Set(['timeout', 'aborted', 'not-found', 'expired'])

/**
 * Why the waiting for an accepted job failed. Where its end cannot be read, for a key that was withdrawn or an adapter
 * that fails, the job was paid for and goes on: nobody knows what comes of it.
 */
export function asUnseen(thrown: unknown, handle: JobHandle): LikenessError {
  const error = asError(thrown, handle.provider)
  if (telling.has(error.kind)) return error
  return error.with({
    kind: 'outcome-unknown',
    billed: 'maybe',
    handle,
    message: `${error.message} The ${handle.kind} ${handle.id} was accepted before, and its end cannot be read.`,
    hint: 'resume(error.handle) goes on waiting.',
  })
}

/** The failure that a last status without a result means. */
export function endedWithout(handle: JobHandle, status: JobStatus): LikenessError {
  const { provider } = handle
  if (status.state === 'failed') return status.error.with({ handle, ...(status.cost && { cost: status.cost }) })
  const canceled = status.state === 'canceled'
  return new LikenessError({
    kind: canceled ? 'aborted' : 'expired',
    message: canceled
      ? `The ${handle.kind} was canceled at ${provider}.`
      : `${provider} no longer keeps the ${handle.kind} ${handle.id}.`,
    provider,
    handle,
    billed: 'maybe',
    ...(canceled && { code: 'canceled' }),
  })
}

const waitable: ReadonlySet<LikenessError['kind']> = new Set(['timeout', 'aborted', 'outcome-unknown'])

/** Whether a job goes on at the vendor after this failure, so that `resume` can wait for it. */
export function goesOn({ handle, kind, code }: LikenessError): boolean {
  return handle !== undefined && waitable.has(kind) && code !== 'canceled'
}
