import { type FieldError, LikenessError } from '@likeness/core'
import type { TargetLimits } from '../strategy/types.js'
import type { BreakerRefusal } from './breaker.js'
import type { AcquireOptions, LimitObstacle } from './types.js'

const timeOf = (at: number): string => new Date(at).toISOString()

/** `LikenessError.code` where an open breaker refused, so that nothing was sent. */
export const breakerCode = 'breaker-open'

/** A breaker's refusal in words. */
export function breakerObstacle(key: string, { state, until }: BreakerRefusal): LimitObstacle {
  const why =
    state === 'half-open'
      ? 'one request is finding out whether it works again'
      : `it failed too often in a row and is left alone until ${timeOf(until ?? 0)}`
  return { limit: 'breaker', message: `${key}: ${why}`, until }
}

/** All places are taken. */
export function jobsObstacle(key: string, atWork: number, most: number): LimitObstacle {
  return { limit: 'concurrentJobs', message: `${key}: ${atWork} jobs at work or waiting, of ${most} at once` }
}

/** The minute is used up. */
export function rateObstacle(key: string, requestsPerMinute: number, until: number): LimitObstacle {
  const message = `${key}: its ${requestsPerMinute} requests per minute are used up until ${timeOf(until)}`
  return { limit: 'requestsPerMinute', message, until }
}

/**
 * The error of an obstacle. Nothing was sent.
 *
 * @param retryAfterMs - when it is worth trying again
 */
export function refusal(key: string, { limit, message }: LimitObstacle, retryAfterMs: number): LikenessError {
  const common = { message: `${message}.`, billed: 'no', provider: key, retryAfterMs } as const
  return limit === 'breaker'
    ? new LikenessError({ ...common, kind: 'unavailable', retry: 'elsewhere', code: breakerCode })
    : new LikenessError({ ...common, kind: 'rate-limited' })
}

/** @throws LikenessError `invalid-request` for what could never be waited for */
export function checkAcquire({ concurrentJobs, requestsPerMinute }: TargetLimits, options: AcquireOptions): void {
  const wholeOrMore = (value: number) =>
    value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 1)
  const { leaseMs, maximumWaitMs = 0 } = options
  checkFields([
    ['limits.concurrentJobs', concurrentJobs ?? 1, wholeOrMore, 'must be a whole number of at least 1, or Infinity'],
    [
      'limits.requestsPerMinute',
      requestsPerMinute ?? 1,
      wholeOrMore,
      'must be a whole number of at least 1, or Infinity',
    ],
    ['leaseMs', leaseMs, (value) => value > 0 && Number.isFinite(value), 'must be finite and more than 0'],
    ['maximumWaitMs', maximumWaitMs, (value) => value >= 0, 'must not be negative'],
  ])
}

/** @throws LikenessError `invalid-request` naming each field that is not `right` */
export function checkFields(
  checks: readonly (readonly [field: string, value: number, right: (value: number) => boolean, message: string])[],
): void {
  const fields: FieldError[] = checks
    .filter(([, value, right]) => !right(value))
    .map(([field, value, , message]) => ({ field, message: `${message} (given: ${value})` }))
  if (fields.length === 0) return
  const list = fields.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid limits: ${list}.`, fields })
}
