import { type Attempt, type CallOptions, isFinal, type JobStatus, type Started, type TrailEntry } from '@likeness/core'
import { afterAcceptance, submit } from '@likeness/core/runtime'
import type { Reservation } from '../ledger/types.js'
import type { Permit } from '../limits/types.js'
import type { Leaf } from '../strategy/node.js'
import { book, settleEnd, settleFailure, tellBudget } from './books.js'
import { asError, asUnsent, setAside } from './endings.js'
import type { Part } from './handles.js'
import { healthOf } from './health.js'
import type { AnyRequest, Work } from './jobs.js'
import { ledgerSubject } from './ledger-subject.js'
import type { RequestRun } from './request-run.js'
import { leaseOf } from './time.js'
import type { Fault } from './walk.js'

/** A job that was started and is not waited for here. */
export type StartResult<Status> =
  | { readonly part: Part; readonly started: Started<Status>; readonly fault?: undefined }
  | { readonly fault: Fault; readonly part?: undefined }

/** An adapter that cannot read the answer of a vendor that took the job must not make it free of charge. */
async function startOnce<Status>(
  provider: string,
  options: CallOptions | undefined,
  start: (options: CallOptions) => Promise<Started<Status>>,
): Promise<Started<Status>> {
  let accepted = false
  const onAttempt = (attempt: Attempt) => {
    accepted ||= attempt.outcome === 'accepted'
    options?.onAttempt?.(attempt)
  }
  try {
    return await start({ ...options, onAttempt })
  } catch (error) {
    throw accepted ? afterAcceptance(provider, error) : error
  }
}

/**
 * A lost answer is not looked into: whoever called `start` does that, with `find`. Except where the next target would be
 * taken because of it: then nobody else asks.
 */
async function submitAt<Request extends AnyRequest, Status extends JobStatus>(
  run: RequestRun,
  work: Work<Request, Status>,
  { provider }: Leaf,
  request: Request,
  options: CallOptions | undefined,
): Promise<Started<Status>> {
  const { jobs, can } = work.at(provider)
  if (run.rules['outcome-unknown'] === 'stop' || !can.find) {
    return startOnce(provider.id, options, (call) => jobs.start(request, call))
  }
  const { started } = await submit<Status>({
    provider: provider.id,
    idempotencyKey: request.idempotencyKey,
    clock: run.env.clock,
    onUnknown: run.onUnknown,
    call: { abortSignal: options?.abortSignal, headers: options?.headers },
    start: ({ onAttempt, ...call }) =>
      jobs.start(request, {
        ...call,
        onAttempt(attempt) {
          onAttempt?.(attempt)
          options?.onAttempt?.(attempt)
        },
      }),
    find: (findOptions) => jobs.find(request, findOptions),
  })
  return started
}

/** Starts one job at one target, and leaves it to `status` to settle it. Failures are results: others may be started. */
export async function startAt<Request extends AnyRequest, Status extends JobStatus>(
  run: RequestRun,
  work: Work<Request, Status>,
  leaf: Leaf,
  request: Request,
  role: TrailEntry['role'],
  options: CallOptions | undefined,
): Promise<StartResult<Status>> {
  const { env } = run
  const { provider } = leaf
  const { jobs } = work.at(provider)
  const n = 'n' in request ? request.n : undefined
  const step = run.trail.step({ target: leaf.name, provider: provider.id, role, ...(n !== undefined && { n }) })
  let reservation: Reservation | undefined
  let permit: Permit | undefined
  let sent = false
  try {
    if (provider.members === undefined) {
      const subject = ledgerSubject(run, leaf, request, role, jobs.estimate(request))
      reservation = await setAside(() => env.ledger.reserve(subject))
      tellBudget(run, reservation)
      permit = await env.limiter.acquire(provider.id, leaf.limits, {
        abortSignal: options?.abortSignal,
        leaseMs: leaseOf(run, leaf),
      })
    }
    sent = true
    step.send()
    const started = await submitAt(run, work, leaf, request, options)
    const { handle, status } = started
    if (provider.members === undefined) env.quota.count(role)
    await book(reservation?.accept(handle))
    if (status !== undefined && isFinal(status) && reservation !== undefined) await book(settleEnd(reservation, status))
    // Nobody waits for it here, so nobody would give its place back in time: the vendor's own queue holds it.
    permit?.release('success')
    return { part: { target: leaf.name, handle }, started }
  } catch (thrown) {
    const error = sent ? asError(thrown, provider.id) : asUnsent(thrown, provider.id)
    permit?.release(healthOf(error))
    if (reservation !== undefined) {
      await book(settleFailure(reservation, error))
      tellBudget(run, reservation)
    }
    step.end(sent ? 'failed' : 'skipped', { error })
    return { fault: { error, sent, step } }
  }
}
