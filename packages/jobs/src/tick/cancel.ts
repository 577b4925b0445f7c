import { type CancelOutcome, LikenessError } from '@likeness/core'
import { paidKeyOf } from '../ids.js'
import { canceled } from './end.js'
import type { Engine } from './engine.js'
import { backoffMs, mayPass } from './failures.js'
import { keep, LeaseLost } from './lease.js'
import { isIn, type LeaseIn, type Step } from './step.js'
import { timed } from './timed.js'

const askMs = 20_000

async function told(
  engine: Engine,
  lease: LeaseIn<'running'>,
  cancelOutcome: 'requested' | 'finished' | 'unsupported',
  reason: string,
): Promise<LeaseIn<'running'>> {
  const saved = await keep(engine, lease, { cancelOutcome, reason })
  if (!isIn(saved, 'running')) throw new LeaseLost()
  return saved
}

/**
 * Stops the job at the vendor where somebody asked for it; once. What the vendor makes of it is known when it is asked
 * again.
 */
export async function cancelAtVendor(
  engine: Engine,
  lease: LeaseIn<'running'>,
  signal: AbortSignal,
): Promise<LeaseIn<'running'> | Step> {
  const { work, store } = engine
  const { job } = lease
  const { cancel } = work
  if (job.cancellation === undefined || job.cancellation.outcome !== undefined) return lease
  if (cancel === undefined) return told(engine, lease, 'unsupported', 'the vendor cannot stop it')
  let outcome: CancelOutcome
  try {
    outcome = await timed((abortSignal) => cancel.call(work, job, { idempotencyKey: paidKeyOf(job.id), abortSignal }), {
      clock: store.clock,
      ms: work.timeouts?.ask ?? askMs,
      signal,
      operation: 'The request to stop',
    })
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'unsupported') {
      return told(engine, lease, 'unsupported', 'the vendor cannot stop it')
    }
    if (!mayPass(error) || store.clock.now() >= job.deadlineAt) {
      const kind = LikenessError.is(error) ? error.kind : 'unexpected'
      return told(engine, lease, 'finished', `the vendor did not stop it: ${kind}`)
    }
    const waitMs = backoffMs(lease.failures, engine.random())
    return { lease, patch: { failures: lease.failures + 1 }, at: store.clock.now() + waitMs }
  }
  switch (outcome) {
    case 'canceled':
      return canceled(engine, lease, 'stopped at the vendor')
    case 'requested':
      return told(engine, lease, 'requested', 'the vendor was asked to stop it')
    case 'finished':
      return told(engine, lease, 'finished', 'it was done before it could be stopped')
  }
}
