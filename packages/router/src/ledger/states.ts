import type { Cost, JobHandle } from '@likeness/core'
import type { LedgerEntry, LedgerState } from './types.js'

/** See {@link LedgerState}. */
export const ledgerStates = ['reserved', 'accepted', 'settled', 'refunded', 'unknown'] as const satisfies LedgerState[]

/** What became of a paid request. */
export type LedgerChange =
  | { readonly to: 'accepted'; readonly handle: JobHandle }
  | { readonly to: 'settled'; readonly cost: Cost }
  | { readonly to: 'refunded'; readonly reason: string }
  | { readonly to: 'unknown'; readonly reason: string }

/** A lost answer may still be found, and a cost that nobody could name may still be learnt: `unknown` is not final. */
const leadsTo: Readonly<Record<LedgerState, readonly LedgerState[]>> = {
  reserved: ['accepted', 'settled', 'refunded', 'unknown'],
  accepted: ['settled', 'refunded', 'unknown'],
  unknown: ['accepted', 'settled', 'refunded'],
  settled: [],
  refunded: [],
}

/** Whether something may still become of an entry in this state. */
export function isOpen(state: LedgerState): boolean {
  return leadsTo[state].length > 0
}

/** Which facts of two entries must agree for the second to repeat, or to follow on, the first. */
type Facts = Pick<LedgerEntry, 'state' | 'jobId' | 'cost'>

/**
 * How `next` stands to `entry`: it says the `same`, it `follows`, or neither is possible (`illegal`): a final state would
 * change, or the job would be another one.
 */
export function compareFacts(entry: Facts, next: Facts): 'same' | 'follows' | 'illegal' {
  if (entry.jobId !== undefined && next.jobId !== undefined && entry.jobId !== next.jobId) return 'illegal'
  if (entry.state === next.state) return entry.cost?.amount === next.cost?.amount ? 'same' : 'illegal'
  return leadsTo[entry.state].includes(next.state) ? 'follows' : 'illegal'
}

function detailsOf(change: LedgerChange): Partial<LedgerEntry> {
  switch (change.to) {
    case 'accepted':
      return { jobId: change.handle.id, handle: change.handle }
    case 'settled':
      return { cost: change.cost }
    case 'refunded':
    case 'unknown':
      return { reason: change.reason }
  }
}

function describe({ state, jobId, cost }: Facts): string {
  const details = [jobId === undefined ? '' : `job ${jobId}`, cost === undefined ? '' : `cost ${cost.amount} nano-USD`]
  const told = details.filter((detail) => detail !== '').join(', ')
  return told === '' ? `\`${state}\`` : `\`${state}\` (${told})`
}

function checkCost(entry: LedgerEntry, { amount }: Cost): void {
  if (Number.isSafeInteger(amount) && amount >= 0) return
  throw new RangeError(
    `Ledger entry ${entry.id}: cost.amount must be whole nano-dollars, not negative; it was ${amount}.`,
  )
}

/**
 * The entry after a change; `undefined` where it says what is known already.
 *
 * @throws Error naming both states, where one does not lead to the other; RangeError for a cost that is no amount
 */
export function applyChange(entry: LedgerEntry, change: LedgerChange, at: string): LedgerEntry | undefined {
  if (change.to === 'settled') checkCost(entry, change.cost)
  // A reason is why the state is as it is, and does not outlive it.
  const { reason: _, ...kept } = entry
  const next: LedgerEntry = { ...kept, state: change.to, changedAt: at, ...detailsOf(change) }
  switch (compareFacts(entry, next)) {
    case 'same':
      return undefined
    case 'follows':
      return next
    case 'illegal':
      throw new Error(`Ledger entry ${entry.id} is ${describe(entry)} and cannot become ${describe(next)}.`)
  }
}
