import type { JsonObject } from '@likeness/core'
import { type JobStatus, LikenessError } from '@likeness/core'
import { paidKeyOf } from '../ids.js'
import { timeOf } from '../store/rows.js'
import { canceled, failed } from './end.js'
import type { Engine } from './engine.js'
import { afterAcceptance, backoffMs, lookFailure, mayPass } from './failures.js'
import type { LeaseIn, Step } from './step.js'
import { timed } from './timed.js'

const collectMs = 900_000

function expired({ job }: LeaseIn<'running'>): LikenessError {
  return new LikenessError({
    kind: 'expired',
    message: `${job.provider} no longer keeps the ${job.kind} ${job.handle.id}.`,
    provider: job.provider,
    billed: 'maybe',
    handle: job.handle,
    hint: 'Vendors delete results after a while; they are fetched as soon as a job is known to be done.',
  })
}

/** It could not be read what the vendor made. It was paid for, so that this is tried until the deadline. */
function notCollected(engine: Engine, lease: LeaseIn<'running'>, error: unknown): Step {
  const { job } = lease
  const now = engine.store.clock.now()
  const failure = lookFailure(error, job.provider)
  if (!mayPass(error) || now >= job.deadlineAt) {
    const paid = failure.with({ handle: job.handle, billed: 'yes' })
    return failed(engine, lease, paid, `its result could not be read: ${failure.kind}`)
  }
  engine.warn(`${job.id}: its result could not be read and will be again: ${failure.message}`)
  const waitMs = Math.max(failure.retryAfterMs ?? 0, backoffMs(lease.failures, engine.random()))
  return { lease, patch: { failures: lease.failures + 1, looked: true }, at: now + waitMs }
}

async function collect(
  engine: Engine,
  lease: LeaseIn<'running'>,
  status: Extract<JobStatus, { readonly state: 'succeeded' }>,
  signal: AbortSignal,
): Promise<Step> {
  const { work, store } = engine
  const { job } = lease
  let result: JsonObject
  try {
    result = await timed(
      (abortSignal) => work.collect(job, status, { idempotencyKey: paidKeyOf(job.id), abortSignal }),
      { clock: store.clock, ms: work.timeouts?.collect ?? collectMs, signal, operation: 'Reading the result' },
    )
  } catch (error) {
    return notCollected(engine, lease, error)
  }
  const endedAt = timeOf(store.clock)
  return { lease, patch: { state: 'succeeded', reason: 'done', result, endedAt, looked: true }, at: endedAt }
}

/** The vendor's last word about a job. */
export async function settle(
  engine: Engine,
  lease: LeaseIn<'running'>,
  status: JobStatus,
  signal: AbortSignal,
): Promise<Step> {
  switch (status.state) {
    case 'succeeded':
      return collect(engine, lease, status, signal)
    case 'failed': {
      const error = afterAcceptance(status.error, lease.job.handle)
      const told = status.cost === undefined ? error : error.with({ cost: status.cost })
      return failed(engine, lease, told, `failed at the vendor: ${error.kind}`)
    }
    case 'canceled':
      return canceled(engine, lease, 'stopped at the vendor')
    case 'expired':
      return failed(engine, lease, expired(lease), 'the vendor no longer keeps it')
    case 'queued':
    case 'running':
    case 'deploying':
      throw new Error(`A job that is ${status.state} has not ended.`)
  }
}
