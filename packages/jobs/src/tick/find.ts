import { LikenessError } from '@likeness/core'
import { paidKeyOf } from '../ids.js'
import type { FindAnswer } from '../work/job-work.js'
import { canceled } from './end.js'
import type { Engine } from './engine.js'
import { backoffMs, mayPass } from './failures.js'
import type { LeaseIn, Step } from './step.js'
import { accept } from './submit.js'
import { timed } from './timed.js'

const askMs = 20_000

/**
 * Astria's documentation (API overview, 2026-08-21) says to wait a minute after a 504 before trusting that nothing was
 * created.
 */
const believedMs = 65_000

/** Gaps between questions while the vendor's `none` is not believed yet, in milliseconds. */
const gaps = [1_000, 4_000, 15_000]

/** No answer of this process is on record, and none of an earlier one. */
function lostError({ job }: LeaseIn<'submitting'>): LikenessError {
  if (job.error !== undefined) return LikenessError.from(job.error)
  return new LikenessError({
    kind: 'outcome-unknown',
    message: `The process that submitted the ${job.kind} at ${job.provider} ended before it recorded the answer.`,
    provider: job.provider,
    billed: 'maybe',
    idempotencyKey: paidKeyOf(job.id),
    hint: 'See at the vendor whether the job is there, then resolve it: as running with its handle, to be sent again, or as failed.',
  })
}

function cannotBeAsked(engine: Engine, lease: LeaseIn<'submitting'>): Step {
  const { job } = lease
  const now = engine.store.clock.now()
  const again = job.onUnknown === 'resend' && !lease.resent && job.cancellation === undefined
  if (!again) {
    const reason = 'the answer to the submit was lost, and the vendor cannot be asked'
    return { lease, patch: { state: 'unknown', reason, error: lostError(lease).toJSON() }, at: now }
  }
  const reason = 'the answer to the submit was lost; sent once more, as `onUnknown` asks'
  return { lease, patch: { state: 'queued', reason, resent: true, failures: 0 }, at: now }
}

function none(engine: Engine, lease: LeaseIn<'submitting'>): Step {
  const { job } = lease
  const now = engine.store.clock.now()
  const believedAt = job.sentAt + (engine.work.believedAfterMs?.(job) ?? believedMs)
  if (now < believedAt) {
    const gap = gaps[lease.failures] ?? believedAt - now
    return { lease, patch: { failures: lease.failures + 1 }, at: Math.min(believedAt, now + gap) }
  }
  if (job.cancellation !== undefined) return canceled(engine, lease, 'the vendor has no such job')
  return { lease, patch: { state: 'queued', reason: 'the vendor has no such job', failures: 0 }, at: now }
}

function notAnswered(engine: Engine, lease: LeaseIn<'submitting'>, error: unknown): Step {
  const now = engine.store.clock.now()
  if (!mayPass(error) || now >= lease.job.deadlineAt) return cannotBeAsked(engine, lease)
  const retryAfterMs = LikenessError.is(error) ? (error.retryAfterMs ?? 0) : 0
  const waitMs = Math.max(retryAfterMs, backoffMs(lease.failures, engine.random()))
  return { lease, patch: { failures: lease.failures + 1 }, at: now + waitMs }
}

/**
 * A job of which an intent is recorded and no outcome: the answer was lost, or the process ended in between. The vendor
 * is asked; nothing is sent again unless the vendor says that it has nothing.
 */
export async function resolveSubmitting(
  engine: Engine,
  lease: LeaseIn<'submitting'>,
  signal: AbortSignal,
): Promise<Step> {
  const { work, store } = engine
  const { job } = lease
  const { find } = work
  if (find === undefined) return cannotBeAsked(engine, lease)
  const call = { idempotencyKey: paidKeyOf(job.id), since: job.sentAt }
  let found: FindAnswer
  try {
    found = await timed((abortSignal) => find.call(work, job, { ...call, abortSignal }), {
      clock: store.clock,
      ms: work.timeouts?.ask ?? askMs,
      signal,
      operation: 'The search for the job',
    })
  } catch (error) {
    return notAnswered(engine, lease, error)
  }
  switch (found.answer) {
    case 'found':
      return accept(engine, lease, found.handle, undefined, 'found at the vendor', signal)
    case 'none':
      return none(engine, lease)
    case 'cannot-be-asked':
      return cannotBeAsked(engine, lease)
  }
}
