import { LikenessError } from '../error.js'

/** Failures of a read that say nothing about the job asked about: the same question may be answered next time. */
export function isPassing(error: unknown): error is LikenessError {
  if (!LikenessError.is(error)) return false
  return ['network', 'timeout', 'unavailable', 'rate-limited', 'invalid-response'].includes(error.kind)
}
