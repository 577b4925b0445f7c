import { isFinal, type JobStatus } from '@likeness/core'
import { paidKeyOf } from '../ids.js'
import { statusText } from '../store/rows.js'
import type { Patch } from '../store/store.js'
import { cancelAtVendor } from './cancel.js'
import { failed, overdueError } from './end.js'
import type { Engine } from './engine.js'
import { afterAcceptance, backoffMs, lookFailure, mayPass } from './failures.js'
import { settle } from './settle.js'
import type { LeaseIn, Step } from './step.js'
import { timed } from './timed.js'

const askMs = 20_000

/** How late a job that is overdue and goes on is still asked about, in milliseconds. */
const overduePollMs = 60_000

/** Waits for the account's turn to ask. Returns when to come back, if that is not now. */
async function turnToAsk(engine: Engine, { job }: LeaseIn<'running'>): Promise<number | undefined> {
  const { store, limits } = engine
  const { polls } = engine.limitsOf(job.account)
  const waitMs = await store.tx((tx) => limits.take(job.account, 'poll', polls, tx))
  return waitMs === 0 ? undefined : store.clock.now() + waitMs * (1 + engine.random())
}

/** It goes on. Past its deadline the caller's policy decides. */
function goesOn(engine: Engine, lease: LeaseIn<'running'>, patch: Patch, at: number): Step {
  const { job } = lease
  const now = engine.store.clock.now()
  if (job.overdue) return { lease, patch, at: Math.max(at, now + overduePollMs) }
  if (now < job.deadlineAt) return { lease, patch, at: Math.min(at, job.deadlineAt) }
  if (job.onOverdue === 'fail') return failed(engine, lease, overdueError(lease), 'its deadline has passed')
  return { lease, patch: { ...patch, overdue: true, reason: 'its deadline has passed; it is waited for' }, at }
}

function notRead(engine: Engine, lease: LeaseIn<'running'>, error: unknown): Step {
  const { job } = lease
  const failure = lookFailure(error, job.provider)
  if (!mayPass(error)) {
    return failed(engine, lease, afterAcceptance(failure, job.handle), `it cannot be asked about: ${failure.kind}`)
  }
  const now = engine.store.clock.now()
  const waitMs = Math.max(failure.retryAfterMs ?? 0, backoffMs(lease.failures, engine.random()))
  const step = goesOn(engine, lease, { failures: lease.failures + 1 }, now + waitMs)
  if (failure.kind !== 'rate-limited' || step.patch.state !== undefined) return step
  return { ...step, also: (tx) => engine.limits.block(job.account, 'poll', now + waitMs, tx) }
}

/** An accepted job: whatever woke it, the truth is read from the vendor. */
export async function pollRunning(engine: Engine, given: LeaseIn<'running'>, signal: AbortSignal): Promise<Step> {
  const { work, store } = engine
  const asked = await cancelAtVendor(engine, given, signal)
  if ('patch' in asked) return asked
  const lease = asked
  const { job } = lease
  const later = await turnToAsk(engine, lease)
  if (later !== undefined) return goesOn(engine, lease, {}, later)
  let status: JobStatus
  try {
    status = await timed((abortSignal) => work.status(job, { idempotencyKey: paidKeyOf(job.id), abortSignal }), {
      clock: store.clock,
      ms: work.timeouts?.ask ?? askMs,
      signal,
      operation: 'The question for the status',
    })
  } catch (error) {
    return notRead(engine, lease, error)
  }
  if (isFinal(status)) return settle(engine, lease, status, signal)
  const news = job.status === undefined || statusText(job.status) !== statusText(status)
  const now = store.clock.now()
  const at = now + work.pollAfterMs({ ...job, status }, now, false)
  return goesOn(engine, lease, { failures: 0, looked: true, ...(news && { status }) }, at)
}
