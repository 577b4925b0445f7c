import { LikenessError } from '@likeness/core'

/** A closed range; an absent end is not limited by any document. */
export interface Range {
  readonly minimum?: number
  readonly maximum?: number
  /** Only these values, e.g. ranks 16 and 32. */
  readonly values?: readonly number[]
}

function describe({ minimum, maximum, values }: Range): string {
  if (values) return `must be ${values.join(' or ')}`
  if (minimum === undefined) return `must be at most ${maximum}`
  return maximum === undefined ? `must be at least ${minimum}` : `must be from ${minimum} to ${maximum}`
}

/**
 * Checks parameters against the ranges of a job; those without a range pass.
 *
 * @param job - what has the ranges, for the message
 * @throws LikenessError `invalid-request`, naming each field
 */
export function checkRanges(
  given: Readonly<Record<string, unknown>>,
  limits: Readonly<Record<string, Range>>,
  job: string,
  provider: string,
): void {
  const fields = Object.entries(limits).flatMap(([field, range]) => {
    const value = given[field]
    if (typeof value !== 'number') return []
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, values } = range
    const fits = value >= minimum && value <= maximum && (values?.includes(value) ?? true)
    return fits ? [] : [{ field, message: `is ${value}; ${describe(range)}` }]
  })
  if (fields.length === 0) return
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${job}: ${fields.map(({ field, message }) => `${field} ${message}`).join('; ')}.`,
    provider,
    fields,
  })
}
