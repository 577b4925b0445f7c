import type { JobHandle } from '@likeness/core'
import type { AttemptOrder } from './attempt-types.js'
import type { RequestRun } from './request-run.js'

/** Stops a job that nobody waits for any more. Returns whether it certainly does not run on. */
export async function abandon<Request, Status>(
  run: RequestRun,
  { work, leaf }: AttemptOrder<Request, Status>,
  handle: JobHandle,
): Promise<boolean> {
  const { jobs, can } = work.at(leaf.provider)
  if (!can.cancel) return false
  try {
    const { abortSignal, headers } = run.context
    return (await jobs.cancel(handle, { abortSignal, headers })) === 'canceled'
  } catch {
    // It goes on, as it would at a vendor that cannot cancel; the ledger keeps its money held.
    return false
  }
}
