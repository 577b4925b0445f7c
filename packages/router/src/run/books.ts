import type { JobStatus, LikenessError } from '@likeness/core'
import { isOpen } from '../ledger/states.js'
import type { Reservation } from '../ledger/types.js'
import { goesOn } from './endings.js'
import type { RequestRun } from './request-run.js'

/**
 * Once a vendor has accepted a job, a ledger that cannot be written must not lose it, let alone have it paid for again
 * elsewhere: the trouble becomes a process warning.
 */
export async function book(work: Promise<void> | undefined): Promise<void> {
  try {
    await work
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

/** Settles what a failure says about the money. A job that goes on keeps its money held: its end settles it. */
export async function settleFailure(reservation: Reservation, error: LikenessError): Promise<void> {
  if (!isOpen(reservation.entry.state)) return
  const { kind, cost, billed } = error
  if (cost !== undefined) return reservation.settle(cost, kind)
  switch (billed) {
    case 'no':
      return reservation.refund(kind)
    case 'yes':
      return reservation.unknown(`${kind}: it was billed, the vendor does not say how much`)
    case 'maybe':
      return goesOn(error) ? undefined : reservation.unknown(kind)
  }
}

/** Settles what a last status says. */
export async function settleEnd(reservation: Reservation, status: JobStatus): Promise<void> {
  if (!isOpen(reservation.entry.state)) return
  switch (status.state) {
    case 'succeeded':
      return reservation.settle(status.cost)
    case 'failed':
      return settleFailure(reservation, status.cost ? status.error.with({ cost: status.cost }) : status.error)
    case 'canceled':
    case 'expired':
      return reservation.unknown(status.state)
    case 'queued':
    case 'running':
    case 'deploying':
      return undefined
  }
}

/** Tells where a reservation stands, if that is worth telling. */
export function tellBudget(run: RequestRun, { entry }: Reservation): void {
  const { state, provider, kind, reason } = entry
  if (state === 'accepted') return
  const amount = state === 'settled' ? entry.cost?.amount : entry.reserved
  run.tell({ type: 'budget', step: state, provider, job: kind, amount, reason })
}
