import type { JobId } from '../job.js'
import { occupyingStates } from '../states.js'
import type { Lease } from '../store/store.js'
import type { Engine } from './engine.js'
import { resolveSubmitting } from './find.js'
import { holdLease, LeaseLost } from './lease.js'
import { pollRunning } from './poll.js'
import { isIn, type Step } from './step.js'
import { submitQueued, wakeNext } from './submit.js'

/** Takes the job, where it is due and nobody has it; else sees to it that it is looked at when that is so. */
async function take(engine: Engine, id: JobId): Promise<Lease | undefined> {
  const { store, wakeups, owner, leaseMs } = engine
  return store.tx(async (tx) => {
    const claim = await store.claim(id, owner, leaseMs, tx)
    switch (claim.type) {
      case 'claimed':
        return claim.lease
      case 'later':
        await wakeups.arm(id, claim.at, tx)
        return undefined
      case 'rest':
        return undefined
    }
  })
}

async function stepOf(engine: Engine, lease: Lease, signal: AbortSignal): Promise<Step | undefined> {
  if (isIn(lease, 'queued')) return submitQueued(engine, lease, signal)
  if (isIn(lease, 'submitting')) return resolveSubmitting(engine, lease, signal)
  if (isIn(lease, 'running')) return pollRunning(engine, lease, signal)
  // Ended or at rest: nothing is due, and a claim would not have been given.
  return undefined
}

const occupies = (state: string) => occupyingStates.some((one) => one === state)

/** Writes how the tick ended, gives the lease back and arms the next wake, all in one transaction; this comes last. */
async function finish(engine: Engine, { lease, patch, at, also }: Step): Promise<void> {
  const { store, wakeups } = engine
  const { id, account, state } = lease.job
  const written = await store.tx(async (tx) => {
    const released = await store.release(lease, patch, at, tx)
    if (released === undefined) return undefined
    await (released.due === undefined ? wakeups.disarm(id, tx) : wakeups.arm(id, released.due, tx))
    if (occupies(state) && !occupies(released.job.state) && engine.limitsOf(account).concurrentJobs !== undefined) {
      await wakeNext(engine, account, tx)
    }
    await also?.(tx)
    return released
  })
  if (written !== undefined) engine.changed(written.job)
}

/**
 * Looks at one job and takes it one step further. Harmless when it comes early, twice, or in two processes at once.
 *
 * @throws what the database throws; the lease then ends by itself, and the job is looked at again
 */
export async function tick(engine: Engine, id: JobId, signal: AbortSignal): Promise<void> {
  const lease = await take(engine, id)
  if (lease === undefined) return
  let step: Step | undefined
  try {
    await using held = holdLease(engine, lease, signal)
    step = await stepOf(engine, lease, held.signal)
  } catch (error) {
    if (error instanceof LeaseLost) return
    throw error
  }
  if (step !== undefined) await finish(engine, step)
}
