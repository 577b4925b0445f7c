import type { Estimate } from '@likeness/core'

function join(
  estimates: readonly (Estimate | undefined)[],
  of: (known: readonly Estimate[]) => Pick<Estimate, 'minimum' | 'maximum' | 'lines'>,
): Estimate | undefined {
  const known = estimates.filter((estimate) => estimate !== undefined)
  const [first] = known
  if (first === undefined || known.length < estimates.length) return undefined
  const [asOf = first.asOf] = known.map((estimate) => estimate.asOf).sort()
  return { currency: 'USD', asOf, ...of(known) }
}

/** Of several requests together; unknown as soon as one of them is. */
export function sumOf(estimates: readonly (Estimate | undefined)[]): Estimate | undefined {
  return join(estimates, (known) => ({
    minimum: known.reduce((sum, { minimum }) => sum + minimum, 0),
    maximum: known.reduce((sum, { maximum }) => sum + maximum, 0),
    lines: known.flatMap(({ lines }) => lines),
  }))
}

/** Of one request that may be made at any of several targets; unknown as soon as one of them is. */
export function rangeOf(estimates: readonly (Estimate | undefined)[]): Estimate | undefined {
  return join(estimates, (known) => ({
    minimum: Math.min(...known.map(({ minimum }) => minimum)),
    maximum: Math.max(...known.map(({ maximum }) => maximum)),
    lines: known[0]?.lines ?? [],
  }))
}
