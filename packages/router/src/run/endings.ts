import { type JobHandle, type JobStatus, LikenessError } from '@likeness/core'

/** What an adapter must not throw, as an error that says so. */
export function asError(thrown: unknown, provider: string): LikenessError {
  if (LikenessError.is(thrown)) return thrown
  const message = `${provider} failed in a way it must not: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  return new LikenessError({ kind: 'invalid-response', message, provider, billed: 'maybe', cause: thrown })
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
