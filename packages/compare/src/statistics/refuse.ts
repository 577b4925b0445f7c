import { LikenessError } from '@likeness/core'

/** @throws LikenessError `invalid-request`: what `field` was given, and what it may be */
export function refuse(field: string, given: unknown, allowed: string): never {
  const message = `must be ${allowed}, not ${typeof given === 'string' ? JSON.stringify(given) : String(given)}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${field} ${message}.`,
    fields: [{ field, message }],
  })
}

/** @throws LikenessError `invalid-request` unless `value` lies between 0 and 1, both excluded */
export function checkConfidence(value: number): void {
  if (!(value > 0 && value < 1)) refuse('confidence', value, 'between 0 and 1, as 0.95')
}
