import type { ErrorKind, LikenessError } from '@likeness/core'

/** Reasons that lie in the circumstances and not in the work: the same request may well succeed later. */
const passing: ReadonlySet<ErrorKind> = new Set([
  'authentication',
  'permission',
  'insufficient-credits',
  'rate-limited',
  'unavailable',
  'network',
  'timeout',
  'budget-exceeded',
  'aborted',
])

/** What a failed submit means for the work: see the lines of the same names; `left` writes none. */
export type SubmitOutcome = 'returned' | 'failed' | 'unknown' | 'left'

/** @param error - what `startFineTune` or `startGenerate` threw */
export function outcomeOfSubmit(error: LikenessError): SubmitOutcome {
  if (error.billed === 'no') return passing.has(error.kind) ? 'returned' : 'failed'
  // An aborted wait for the answer: the next process asks the vendor, where it can.
  if (error.kind === 'aborted') return 'left'
  if (error.kind === 'outcome-unknown' || error.kind === 'invalid-response' || passing.has(error.kind)) return 'unknown'
  return 'failed'
}

/** Whether a job that was accepted is still worth waiting for after such an error. */
export function mayStillCome(error: LikenessError): boolean {
  return passing.has(error.kind) || error.kind === 'invalid-response'
}
