import { type ErrorKind, type JobHandle, LikenessError } from '@likeness/core'

/** A question that failed so may be answered another time: for the last two once a person has seen to the key. */
const passing: readonly ErrorKind[] = [
  'network',
  'timeout',
  'unavailable',
  'rate-limited',
  'invalid-response',
  'aborted',
  'authentication',
  'permission',
]

/**
 * Whether to ask again later. What is no `LikenessError` is a mistake of the work's, and says nothing about the job.
 */
export function mayPass(error: unknown): boolean {
  return !LikenessError.is(error) || passing.includes(error.kind)
}

/** Whether a submit that failed so may have reached the vendor. */
export function isLost(error: LikenessError): boolean {
  if (error.kind === 'outcome-unknown') return true
  return error.billed !== 'no' && passing.includes(error.kind)
}

/** Whether a submit that failed so was certainly not accepted, and may be sent again as it is. */
export function maySendAgain(error: LikenessError): boolean {
  if (error.billed !== 'no') return false
  return error.retry === 'later' || error.kind === 'aborted'
}

/** What a submit threw, as one of ours. */
export function submitFailure(error: unknown, provider: string): LikenessError {
  if (LikenessError.is(error)) return error
  return new LikenessError({
    kind: 'outcome-unknown',
    message: `The submit at ${provider} failed without saying whether it was accepted.`,
    provider,
    billed: 'maybe',
    cause: error,
  })
}

/** Of an accepted job: its failure is never known to be free of charge. */
export function afterAcceptance(error: LikenessError, handle: JobHandle): LikenessError {
  return error.with({ handle, ...(error.billed === 'no' && { billed: 'maybe' as const }) })
}

/** Why a look at a job failed, as one of ours. */
export function lookFailure(error: unknown, provider: string): LikenessError {
  if (LikenessError.is(error)) return error
  const told = error instanceof Error ? error.message : String(error)
  return new LikenessError({
    kind: 'invalid-response',
    message: `The job at ${provider} could not be read: ${told}`,
    provider,
    cause: error,
  })
}

const longestMs = 60_000

/** How long to wait after so many failures in a row, in milliseconds: doubled each time, and spread. */
export function backoffMs(failures: number, random: number): number {
  return Math.min(longestMs, 1_000 * 2 ** Math.min(failures, 10)) * (0.5 + random / 2)
}
