import type { NanoUSD } from '@likeness/core'

/** Beyond this, in nano-dollars, integers of JavaScript are no longer exact. */
export const largestExact: NanoUSD = Number.MAX_SAFE_INTEGER

function add(one: NanoUSD, other: NanoUSD): NanoUSD {
  const sum = one + other
  if (Number.isSafeInteger(sum)) return sum
  throw new RangeError(`${one} + ${other} nano-dollars is no exact amount: sums end at ${largestExact}.`)
}

/**
 * The sum of amounts, to the last nano-dollar.
 *
 * @throws RangeError beyond $9,007,199, where it would no longer be exact
 */
export function exactSum(amounts: readonly NanoUSD[]): NanoUSD {
  return amounts.reduce(add, 0)
}
