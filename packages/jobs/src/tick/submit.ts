import type { JobHandle, JobStatus, LikenessError } from '@likeness/core'
import { isFinal } from '@likeness/core'
import type { Tx } from '../database/database.js'
import { paidKeyOf } from '../ids.js'
import type { JobId, RunningJob } from '../job.js'
import { timeOf } from '../store/rows.js'
import type { Lease, Patch } from '../store/store.js'
import type { Submitted } from '../work/job-work.js'
import { canceled, failed, overdueError } from './end.js'
import type { Engine } from './engine.js'
import { backoffMs, isLost, maySendAgain, submitFailure } from './failures.js'
import { keep, LeaseLost } from './lease.js'
import { settle } from './settle.js'
import { isIn, type LeaseIn, type Step } from './step.js'
import { timed } from './timed.js'

/** Longest that a submit may take where the work does not say, in milliseconds: less than a lease lasts. */
const submitMs = 20_000

/** How long a job waits for a place before it looks itself, in milliseconds; one that becomes free wakes it. */
const placeMs = 30_000

/** How soon the vendor is asked about a lost answer, in milliseconds. */
const askAfterMs = 1_000

/** How often, and after how many milliseconds, it is tried again to record that the vendor has accepted. */
const recordTries = 10
const recordAgainMs = 1_000

type Admission =
  | { readonly admitted: true; readonly lease: LeaseIn<'submitting'> }
  | { readonly admitted: false; readonly at: number }

/** Wakes the job that has waited longest for a place of the account. */
export async function wakeNext({ store, wakeups }: Engine, account: string, tx: Tx): Promise<void> {
  for (const queued of await store.wakeQueued(account, 1, tx)) await wakeups.arm(queued, store.clock.now(), tx)
}

/** Takes a place and one of the rate, and records the intent, all in one transaction: what follows may cost money. */
async function admit(engine: Engine, lease: LeaseIn<'queued'>): Promise<Admission> {
  const { store, limits } = engine
  const { job } = lease
  const { concurrentJobs, submits } = engine.limitsOf(job.account)
  const admission = await store.tx(async (tx): Promise<Admission> => {
    if (!(await limits.hasPlace(job.account, concurrentJobs, tx))) {
      return { admitted: false, at: store.clock.now() + placeMs * (0.75 + engine.random() / 2) }
    }
    const waitMs = await limits.take(job.account, 'submit', submits, tx)
    if (waitMs > 0) {
      // Each of those who wait comes in its turn, and not all at once.
      const before = submits === undefined ? 0 : Math.min(1_000, await store.queuedBefore(job, tx))
      return {
        admitted: false,
        at: store.clock.now() + waitMs + before * ((submits?.perMs ?? 0) / (submits?.count ?? 1)),
      }
    }
    const intent: Patch = {
      state: 'submitting',
      reason: job.attempts === 0 ? 'about to be sent' : 'about to be sent again',
      attempts: job.attempts + 1,
      sentAt: timeOf(store.clock),
      error: null,
    }
    const saved = await store.save(lease, intent, tx)
    if (saved === undefined || !isIn(saved, 'submitting')) throw new LeaseLost()
    // Two places that became free at once may have woken the same job: this one.
    if (concurrentJobs !== undefined && (await limits.hasPlace(job.account, concurrentJobs, tx))) {
      await wakeNext(engine, job.account, tx)
    }
    return { admitted: true, lease: saved }
  })
  if (admission.admitted) engine.changed(admission.lease.job)
  return admission
}

function asRunning(lease: LeaseIn<'submitting'>, handle: JobHandle): RunningJob {
  const { error: _, ...job } = lease.job
  return { ...job, state: 'running', handle }
}

function deadlineOf(engine: Engine, lease: LeaseIn<'submitting'>, running: RunningJob): number {
  if (lease.ownDeadline) return lease.job.deadlineAt
  const startedAt = Date.parse(running.handle.startedAt)
  const from = Number.isNaN(startedAt) ? lease.job.sentAt : startedAt
  return Math.round(from + engine.work.deadlineMs(running))
}

function acceptance(engine: Engine, lease: LeaseIn<'submitting'>, handle: JobHandle, reason: string): Patch {
  const running = asRunning(lease, handle)
  return {
    state: 'running',
    reason,
    handle,
    error: null,
    failures: 0,
    deadlineAt: deadlineOf(engine, lease, running),
    references: engine.work.references?.(handle) ?? [{ provider: handle.provider, id: handle.id }],
  }
}

/**
 * A vendor's answer that came when this process no longer had the job. Its handle is worth money: it is recorded where
 * nobody else found it, and told loudly where the job has another one.
 */
async function recordLate(engine: Engine, lease: LeaseIn<'submitting'>, handle: JobHandle): Promise<void> {
  const { store, wakeups } = engine
  const id: JobId = lease.job.id
  const patch = acceptance(engine, lease, handle, 'accepted; the answer came late')
  const job = await store.tx(async (tx) => {
    const due = timeOf(store.clock)
    const changed = await store.change(id, ['submitting', 'unknown'], patch, due, engine.owner, tx)
    if (changed !== undefined) await wakeups.arm(id, due, tx)
    return changed
  })
  if (job !== undefined) return engine.changed(job)
  const other = await store.get(id)
  if (other !== undefined && 'handle' in other && other.handle?.id === handle.id) return
  const message = `${handle.provider} accepted ${handle.id} for it as well: it may be billed twice`
  await store.tx((tx) => store.note(id, message, engine.owner, tx))
  engine.warn(`${id}: ${message}.`)
}

/** What is known now and nowhere else is worth more than one try: the database may be away for a moment. */
async function recordAcceptance(
  engine: Engine,
  lease: LeaseIn<'submitting'>,
  handle: JobHandle,
  reason: string,
): Promise<Lease> {
  const patch = acceptance(engine, lease, handle, reason)
  for (let left = recordTries; ; left -= 1) {
    try {
      return await keep(engine, lease, patch)
    } catch (error) {
      if (error instanceof LeaseLost) {
        await recordLate(engine, lease, handle)
        throw error
      }
      if (left === 0) {
        engine.warn(`${lease.job.id}: accepted by ${handle.provider} as ${handle.id}, which could not be recorded.`)
        throw error
      }
      await engine.store.clock.sleep(recordAgainMs)
    }
  }
}

/** The vendor has it. Where its answer already was the end, the job ends with it. */
export async function accept(
  engine: Engine,
  lease: LeaseIn<'submitting'>,
  handle: JobHandle,
  status: JobStatus | undefined,
  reason: string,
  signal: AbortSignal,
): Promise<Step> {
  const running = await recordAcceptance(engine, lease, handle, reason)
  if (!isIn(running, 'running')) throw new LeaseLost()
  if (status !== undefined && isFinal(status)) return settle(engine, running, status, signal)
  const now = engine.store.clock.now()
  const asked = running.job.cancellation !== undefined
  return { lease: running, patch: {}, at: asked ? now : now + engine.work.pollAfterMs(running.job, now, true) }
}

/** What a submit that failed leads to. */
function afterFailure(engine: Engine, lease: LeaseIn<'submitting'>, error: LikenessError): Step {
  const { job } = lease
  const now = engine.store.clock.now()
  const told = error.toJSON()
  if (isLost(error)) return { lease, patch: { error: told, failures: 0 }, at: now + askAfterMs }
  if (!maySendAgain(error)) return failed(engine, lease, error, `refused: ${error.kind}`)
  const waitMs =
    error.kind === 'aborted' ? 0 : Math.max(error.retryAfterMs ?? 0, backoffMs(lease.failures, engine.random()))
  const refused = error.kind === 'rate-limited'
  return {
    lease,
    patch: { state: 'queued', reason: `not accepted: ${error.kind}`, error: told, failures: lease.failures + 1 },
    at: now + waitMs,
    // What one job is told holds for all of the account.
    also: refused ? (tx) => engine.limits.block(job.account, 'submit', now + waitMs, tx) : undefined,
  }
}

/** Sends the paid request of a recorded intent. */
async function send(engine: Engine, lease: LeaseIn<'submitting'>, signal: AbortSignal): Promise<Step> {
  const { work, store } = engine
  const { job } = lease
  let submitted: Submitted
  // A process that was frozen in between may be taken for dead by now, and its job looked for by another one.
  if (store.clock.now() - job.sentAt > engine.leaseMs) throw new LeaseLost()
  try {
    submitted = await timed((abortSignal) => work.submit(job, { idempotencyKey: paidKeyOf(job.id), abortSignal }), {
      clock: store.clock,
      ms: work.timeouts?.submit ?? submitMs,
      signal,
      operation: 'The submit',
      onLate: ({ handle }) => {
        recordLate(engine, lease, handle).catch((error: unknown) => {
          engine.warn(
            `${job.id}: the late answer naming ${handle.id} at ${handle.provider} could not be recorded: ${String(error)}`,
          )
        })
      },
    })
  } catch (error) {
    return afterFailure(engine, lease, submitFailure(error, job.provider))
  }
  return accept(engine, lease, submitted.handle, submitted.status, 'accepted', signal)
}

/** A job that was not sent yet. */
export async function submitQueued(engine: Engine, lease: LeaseIn<'queued'>, signal: AbortSignal): Promise<Step> {
  if (lease.job.cancellation !== undefined) return canceled(engine, lease, 'stopped before it was sent')
  if (engine.store.clock.now() >= lease.job.deadlineAt) {
    return failed(engine, lease, overdueError(lease), 'its deadline passed before it was sent')
  }
  const admission = await admit(engine, lease)
  if (!admission.admitted) return { lease, patch: {}, at: admission.at }
  return send(engine, admission.lease, signal)
}
