import {
  type Attempt,
  type CallOptions,
  type Estimate,
  isFinal,
  type JobHandle,
  type JobStatus,
  LikenessError,
  type Started,
  type TrailEntry,
  type Warning,
} from '@likeness/core'
import { submit, tell, waitForJob } from '@likeness/core/runtime'
import type { Reservation } from '../ledger/types.js'
import type { Permit, PermitOutcome } from '../limits/types.js'
import type { Leaf } from '../strategy/node.js'
import { book, settleFailure, tellBudget } from './books.js'
import { asError, endedWithout } from './endings.js'
import { jobKey } from './environment.js'
import { joinHandles } from './handles.js'
import { healthOf } from './health.js'
import type { AnyRequest, Succeeded, Work } from './jobs.js'
import { ledgerSubject, modelsOf } from './ledger-subject.js'
import type { RequestRun } from './request-run.js'
import { bookRefusedResend, reserveResend, stillUnknown } from './resend.js'
import { anyOf, leaseOf, timeLeft, timeoutOf } from './time.js'
import type { Step } from './trail.js'
import { wakeupsAs } from './wakeups.js'

/** One job to have done at one target. */
export interface AttemptOrder<Request, Status> {
  readonly work: Work<Request, Status>
  readonly leaf: Leaf
  /** As the target's provider receives it. */
  readonly request: Request
  readonly role: TrailEntry['role']
  /** Fires when another job has won the race. */
  readonly lost?: AbortSignal | undefined
  /** Called when the vendor has accepted the job. */
  readonly onAccepted?: (() => void) | undefined
}

/** How it went. */
export type AttemptResult<Status> =
  | {
      readonly type: 'succeeded'
      readonly step: Step
      readonly leaf: Leaf
      readonly handle: JobHandle
      readonly status: Succeeded<Status>
      readonly warnings: readonly Warning[]
    }
  | {
      readonly type: 'failed'
      readonly step: Step
      readonly leaf: Leaf
      readonly error: LikenessError
      /** Whether its sending was tried. */
      readonly sent: boolean
    }

/** Stops a job that nobody waits for any more. Returns whether it certainly does not run on. */
async function abandon<Request, Status>(
  run: RequestRun,
  { work, leaf }: AttemptOrder<Request, Status>,
  handle: JobHandle,
): Promise<boolean> {
  const { jobs, can } = work.at(leaf.provider)
  if (!can.cancel) return false
  try {
    const { abortSignal, headers } = run.context
    return (await jobs.cancel(handle, { abortSignal, headers })) === 'canceled'
  } catch (error) {
    // It goes on, as it would at a vendor that cannot cancel; the ledger keeps its money held.
    if (LikenessError.is(error)) return false
    throw error
  }
}

/** What is done between the permit and the end. */
interface Doing<Status> {
  readonly started: Started<Status>
  readonly status: Status
}

/**
 * Has one job done at one target: money set aside, a place taken, submitted, waited for, settled. Failures are results;
 * only a ledger that cannot be written before anything was sent makes it reject.
 */
export async function attempt<Request extends AnyRequest, Status extends JobStatus>(
  run: RequestRun,
  order: AttemptOrder<Request, Status>,
): Promise<AttemptResult<Status>> {
  const { env, context } = run
  const { work, leaf, request, role, lost } = order
  const { provider } = leaf
  const { jobs, can } = work.at(provider)
  const n = 'n' in request ? request.n : undefined
  const step = run.trail.step({ target: leaf.name, provider: provider.id, role, ...(n !== undefined && { n }) })
  const name = `${leaf.name} ${request.idempotencyKey}`
  const about = { attempt: name, target: leaf.name, provider: provider.id, job: run.job } as const
  const startedAt = env.clock.now()
  const estimate: Estimate | undefined = jobs.estimate(request)
  const seen: Attempt[] = []
  let reservation: Reservation | undefined
  let permit: Permit | undefined
  let health: PermitOutcome = 'neutral'
  let handle: JobHandle | undefined
  let sent = false
  let sends = 0
  // A vendor that can be asked has said that it made nothing of the first: a second send then takes its place.
  const resent = () => sends > 1 && !can.find

  function end(outcome: TrailEntry['outcome'], details: Parameters<Step['end']>[1]): void {
    const { kind, cost, ms } = step.end(outcome, details)
    if (sent) run.tell({ type: 'attempt.ended', ...about, outcome, ms, kind, cost, handle })
  }

  function accepted(job: JobHandle): void {
    const part = { target: leaf.name, handle: job }
    run.underWay.set(jobKey(job), part)
    order.onAccepted?.()
    tell(context.onStarted, joinHandles(env.id, run.key, [part]))
  }

  function progress(status: JobStatus): void {
    const known = 'progress' in status || 'etaMs' in status ? { progress: status.progress, etaMs: status.etaMs } : {}
    run.tell({ type: 'job.progress', ...about, state: status.state, ...known })
    tell(context.onStatus, status)
  }

  function reserve(as: TrailEntry['role']): Promise<Reservation> {
    return env.ledger.reserve(ledgerSubject(run, leaf, request, as, estimate))
  }

  async function start(options: CallOptions): Promise<Started<Status>> {
    sends += 1
    if (resent()) {
      reservation = await reserveResend(run, reservation, () => reserve('retry'))
      tellBudget(run, reservation)
    }
    try {
      const onAttempt = (one: Attempt) => {
        seen.push(one)
        options.onAttempt?.(one)
      }
      return await jobs.start(request, { ...options, onAttempt })
    } catch (error) {
      if (resent()) await bookRefusedResend(reservation, error, seen.at(-1))
      throw error
    }
  }

  async function submitAndWait(): Promise<Doing<Status>> {
    const { started, attempts } = await submit<Status>({
      provider: provider.id,
      idempotencyKey: request.idempotencyKey,
      clock: env.clock,
      onUnknown: run.onUnknown,
      call: { abortSignal: context.abortSignal, headers: context.headers },
      start,
      find: can.find ? (options) => jobs.find(request, options) : undefined,
    })
    seen.splice(0, seen.length, ...attempts)
    handle = started.handle
    if (role !== 'hedge') env.quota.count(role)
    await book(reservation?.accept(handle))
    accepted(handle)
    if (started.status !== undefined && isFinal(started.status)) return { started, status: started.status }
    const status = await waitForJob(handle, provider, {
      abortSignal: anyOf(context.abortSignal, lost),
      headers: context.headers,
      timeoutMs: timeoutOf(run, leaf, handle),
      wakeups: wakeupsAs(env.id, context.wakeups),
      clock: env.clock,
      onStatus: progress,
    })
    return { started, status: work.read(status) }
  }

  /** A router keeps its own books and its own members' limits. */
  async function throughRouter(): Promise<Doing<Status>> {
    if (jobs.run === undefined) throw new TypeError(`${provider.id} has members and no way to see a job through.`)
    const finished = await jobs.run(request, {
      ...context,
      abortSignal: anyOf(context.abortSignal, lost),
      timeoutMs: timeLeft(run, leaf),
      onStarted(job) {
        handle = job
        accepted(job)
      },
    })
    seen.push(...finished.attempts)
    return { started: finished, status: finished.status }
  }

  try {
    if (provider.members === undefined) {
      reservation = await reserve(role)
      tellBudget(run, reservation)
      permit = await env.limiter.acquire(provider.id, leaf.limits, {
        abortSignal: context.abortSignal,
        leaseMs: leaseOf(run, leaf),
        ...(run.deadline !== undefined && { maximumWaitMs: Math.max(0, run.deadline - env.clock.now()) }),
      })
    }
    sent = true
    step.send()
    const base = modelsOf(request)[0]?.model.base ?? ('base' in request ? request.base : undefined)
    run.tell({ type: 'attempt.started', ...about, role, n, base, estimate })
    const { started, status } = await (provider.members === undefined ? submitAndWait() : throughRouter())
    if (status.state !== 'succeeded') throw endedWithout(started.handle, status)
    const done = status as Succeeded<Status> & { readonly cost?: TrailEntry['cost'] }
    health = 'success'
    await book(reservation?.settle(done.cost))
    env.latencies.record(leaf.name, env.clock.now() - startedAt)
    for (const [key, part] of run.underWay)
      if (part.handle === started.handle || part.handle === handle) run.underWay.delete(key)
    // A first send that was lost may cost as much again.
    const cost = resent() ? undefined : done.cost
    end('succeeded', { cost, handle: started.handle })
    return { type: 'succeeded', step, leaf, handle: started.handle, status: done, warnings: started.warnings }
  } catch (thrown) {
    if (!sent && !LikenessError.is(thrown)) throw thrown
    let error = asError(thrown, provider.id)
    if (resent() && handle === undefined) error = stillUnknown(error)
    const beaten = lost?.aborted === true && context.abortSignal?.aborted !== true
    if (!beaten) health = healthOf(error)
    // The caller's own deadline ends the waiting and not the job, which its handle resumes.
    const overdue = error.kind === 'timeout' && (run.deadline === undefined || env.clock.now() < run.deadline)
    const canceled = handle !== undefined && (beaten || overdue) && (await abandon(run, order, handle))
    if (canceled) error = error.with({ billed: 'no', handle: undefined })
    if (reservation !== undefined) await book(settleFailure(reservation, error))
    const goesOn = error.handle !== undefined && (error.kind === 'timeout' || error.kind === 'aborted')
    if (handle !== undefined && !goesOn) run.underWay.delete(jobKey(handle))
    end(outcomeOf(error, sent, beaten || canceled), { error, handle })
    return { type: 'failed', step, leaf, error, sent }
  } finally {
    permit?.release(health)
    run.attempts.push(...seen)
    if (reservation !== undefined) tellBudget(run, reservation)
  }
}

function outcomeOf(error: LikenessError, sent: boolean, given: boolean): TrailEntry['outcome'] {
  if (!sent) return 'skipped'
  if (given) return 'canceled'
  return error.kind === 'outcome-unknown' ? 'unknown' : 'failed'
}
