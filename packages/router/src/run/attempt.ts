import {
  type Attempt,
  type CallOptions,
  type Estimate,
  isFinal,
  type JobHandle,
  type JobStatus,
  type LikenessError,
  type Started,
  type TrailEntry,
} from '@likeness/core'
import { submit, tell, waitForJob } from '@likeness/core/runtime'
import type { Reservation } from '../ledger/types.js'
import type { Permit, PermitOutcome } from '../limits/types.js'
import { abandon } from './abandon.js'
import { type AttemptOrder, type AttemptResult, attemptName } from './attempt-types.js'
import { book, settleFailure, tellBudget } from './books.js'
import { asError, asUnseen, asUnsent, endedWithout, goesOn, setAside } from './endings.js'
import { jobKey } from './environment.js'
import { joinHandles } from './handles.js'
import { healthOf } from './health.js'
import type { AnyRequest, Succeeded } from './jobs.js'
import { ledgerSubject, modelsOf } from './ledger-subject.js'
import type { RequestRun } from './request-run.js'
import { bookRefusedResend, reserveResend, stillUnknown } from './resend.js'
import { anyOf, leaseOf, outOfTime, timeLeft, timeoutOf } from './time.js'
import type { Step } from './trail.js'
import { tellWaiting } from './waiting.js'
import { wakeupsAs } from './wakeups.js'

/** What is done between the permit and the end. */
interface Doing<Status> {
  readonly started: Started<Status>
  readonly status: Status
}

/**
 * Has one job done at one target: money set aside, a place taken, submitted, waited for, settled. Failures are results:
 * others may be under way for the same request, which a rejection would lose.
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
  const about = { attempt: attemptName(leaf, request), target: leaf.name, provider: provider.id, job: run.job } as const
  const startedAt = env.clock.now()
  let estimate: Estimate | undefined
  const seen: Attempt[] = []
  let reservation: Reservation | undefined
  let permit: Permit | undefined
  let health: PermitOutcome = 'neutral'
  let handle: JobHandle | undefined
  /** Keys of what is under way for this attempt; a router has several jobs. */
  const own = new Set<string>()
  let sent = false
  let sends = 0
  // A vendor that can be asked has said that it made nothing of the first: a second send then takes its place.
  const resent = () => sends > 1 && !can.find

  function end(outcome: TrailEntry['outcome'], details: Parameters<Step['end']>[1]): void {
    const { kind, cost, ms } = step.end(outcome, details)
    if (sent) run.tell({ type: 'attempt.ended', ...about, outcome, ms, kind, cost, handle })
  }

  function accepted(job: JobHandle): void {
    const part = { target: leaf.name, handle: job, pictures: order.pictures }
    own.add(jobKey(job))
    run.underWay.set(jobKey(job), part)
    order.onAccepted?.()
    if (context.onStarted !== undefined) tell(context.onStarted, joinHandles(env.id, run.key, [part]))
  }

  /** Nothing is under way any more, except for what goes on although the waiting for it has ended. */
  function leave(goingOn?: JobHandle): void {
    for (const key of own) run.underWay.delete(key)
    if (goingOn !== undefined)
      run.underWay.set(jobKey(goingOn), { target: leaf.name, handle: goingOn, pictures: order.pictures })
  }

  function progress(status: JobStatus): void {
    const known = 'progress' in status || 'etaMs' in status ? { progress: status.progress, etaMs: status.etaMs } : {}
    run.tell({ type: 'job.progress', ...about, state: status.state, ...known })
    tell(context.onStatus, status)
  }

  function reserve(as: TrailEntry['role']): Promise<Reservation> {
    return setAside(() => env.ledger.reserve(ledgerSubject(run, leaf, request, as, estimate)))
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
    try {
      const status = await waitForJob(handle, provider, {
        abortSignal: anyOf(context.abortSignal, lost),
        headers: context.headers,
        timeoutMs: timeoutOf(run, leaf, handle),
        wakeups: wakeupsAs(env.id, context.wakeups),
        clock: env.clock,
        onStatus: progress,
      })
      return { started, status: work.read(status) }
    } catch (error) {
      throw asUnseen(error, handle)
    }
  }

  /** A router keeps its own books and its own members' limits. */
  async function throughRouter(): Promise<Doing<Status>> {
    if (jobs.run === undefined) throw new TypeError(`${provider.id} has members and no way to see a job through.`)
    const finished = await jobs.run(request, {
      ...context,
      abortSignal: anyOf(context.abortSignal, lost),
      timeoutMs: timeLeft(run, leaf),
      wakeups: wakeupsAs(env.id, context.wakeups),
      onAttempt: (one) => void seen.push(one),
      onStarted(job) {
        handle = job
        accepted(job)
      },
    })
    return { started: finished, status: finished.status }
  }

  try {
    estimate = jobs.estimate(request)
    if (provider.members === undefined) {
      reservation = await reserve(role)
      tellBudget(run, reservation)
      tellWaiting(run, leaf, about)
      permit = await env.limiter.acquire(provider.id, leaf.limits, {
        abortSignal: anyOf(context.abortSignal, lost),
        leaseMs: leaseOf(run, leaf),
        ...(run.deadline !== undefined && { maximumWaitMs: Math.max(0, run.deadline - env.clock.now()) }),
      })
    }
    // Getting here may have taken its time: a training, an address of weights, a ledger that writes.
    if (run.deadline !== undefined && env.clock.now() >= run.deadline) throw outOfTime(run)
    sent = true
    step.send()
    order.onSending?.()
    const base = modelsOf(request)[0]?.model.base ?? ('base' in request ? request.base : undefined)
    run.tell({ type: 'attempt.started', ...about, role, n, base, estimate })
    const { started, status } = await (provider.members === undefined ? submitAndWait() : throughRouter())
    if (status.state !== 'succeeded') throw endedWithout(started.handle, status)
    const done = status as Succeeded<Status> & { readonly cost?: TrailEntry['cost'] }
    health = 'success'
    await book(reservation?.settle(done.cost))
    env.latencies.record(leaf.name, env.clock.now() - startedAt)
    leave()
    // A first send that was lost may cost as much again.
    const cost = resent() ? undefined : done.cost
    const made = 'images' in done ? done.images.length : undefined
    end(made !== undefined && made < (n ?? 0) ? 'partial' : 'succeeded', { cost, handle: started.handle })
    return { type: 'succeeded', step, leaf, handle: started.handle, status: done, warnings: started.warnings }
  } catch (thrown) {
    let error: LikenessError = sent ? asError(thrown, provider.id) : asUnsent(thrown, provider.id)
    if (resent() && handle === undefined) error = stillUnknown(error)
    const beaten = lost?.aborted === true && context.abortSignal?.aborted !== true
    if (!beaten) health = healthOf(error)
    // The caller's own deadline ends the waiting and not the job, which its handle resumes.
    const overdue = error.kind === 'timeout' && (run.deadline === undefined || env.clock.now() < run.deadline)
    // Of a router it names all that is under way.
    const job = handle && (error.handle ?? handle)
    const canceled = job !== undefined && (beaten || overdue) && (await abandon(run, order, job))
    if (canceled) error = error.with({ handle: undefined, ...(reservation !== undefined && { billed: 'no' }) })
    if (reservation !== undefined) await book(settleFailure(reservation, error))
    leave(goesOn(error) ? error.handle : undefined)
    end(outcomeOf(error, sent, beaten || canceled), { error, handle: job })
    return { type: 'failed', step, leaf, error, sent }
  } finally {
    permit?.release(health)
    run.attempts.push(...seen)
    for (const one of seen) tell(context.onAttempt, one)
    if (reservation !== undefined) tellBudget(run, reservation)
  }
}

function outcomeOf(error: LikenessError, sent: boolean, given: boolean): TrailEntry['outcome'] {
  if (!sent) return 'skipped'
  if (given) return 'canceled'
  return error.kind === 'outcome-unknown' ? 'unknown' : 'failed'
}
