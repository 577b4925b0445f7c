import {
  type CallOptions,
  type CancelOutcome,
  type FineTuneStatus,
  type GenerateRequest,
  type GenerationStatus,
  isFinal,
  type JobHandle,
  type JobStatus,
  LikenessError,
  type Pace,
} from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import { leafOf } from '../targets.js'
import { book, settleEnd } from './books.js'
import type { Environment } from './environment.js'
import { type Part, partsOf } from './handles.js'
import { generation, type Jobs, training, type Work } from './jobs.js'
import { joinStatuses } from './statuses.js'

/** A job of a handle, and who does it. */
interface PlacedPart<Request, Status> {
  readonly part: Part
  readonly leaf: Leaf
  readonly jobs: Jobs<Request, Status>
}

function place<Request, Status>(
  env: Environment,
  work: Work<Request, Status>,
  handle: JobHandle,
): PlacedPart<Request, Status>[] {
  const parts = partsOf(env, handle)
  return parts.map((part) => {
    const leaf = leafOf(env, part.target, part.handle.provider)
    if (leaf !== undefined) return { part, leaf, jobs: work.at(leaf.provider).jobs }
    const message = `names a job at ${part.handle.provider}, and ${env.id} has no such member`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The handle ${message}.`,
      fields: [{ field: 'handle', message }],
      hint: 'Configure the router with the providers it had when the job was started.',
    })
  })
}

/** Settles the books of a job that was started by `start`, here or in another process. */
async function ended(env: Environment, { part }: { readonly part: Part }, status: JobStatus): Promise<void> {
  const reservation = env.ledger.find(part.handle.provider, part.handle.id)
  if (reservation !== undefined) await book(settleEnd(reservation, status))
}

async function statusOfPart<Request, Status extends JobStatus>(
  env: Environment,
  placed: PlacedPart<Request, Status>,
  options: CallOptions | undefined,
): Promise<Status> {
  const status = await placed.jobs.status(placed.part.handle, options)
  if (isFinal(status)) await ended(env, placed, status)
  return status
}

/** Reads the truth about every job of a handle. */
export async function generationStatus(
  env: Environment,
  handle: JobHandle,
  options: CallOptions | undefined,
): Promise<GenerationStatus> {
  const placed = place(env, generation, handle)
  const read = async (one: PlacedPart<GenerateRequest, GenerationStatus>): Promise<GenerationStatus> => {
    try {
      return await statusOfPart(env, one, options)
    } catch (error) {
      // One job that is gone does not take the pictures of the others away.
      if (placed.length > 1 && LikenessError.is(error) && error.kind === 'not-found') return { state: 'expired' }
      throw error
    }
  }
  const statuses = await Promise.all(placed.map(read))
  return joinStatuses(
    handle,
    placed.map(({ part }) => part),
    statuses,
  )
}

/** See {@link generationStatus}. A training is one job. */
export async function trainingStatus(
  env: Environment,
  handle: JobHandle,
  options: CallOptions | undefined,
): Promise<FineTuneStatus> {
  const [only] = place(env, training, handle)
  return only === undefined ? { state: 'expired' } : statusOfPart(env, only, options)
}

/** How to poll all jobs of a handle: as seldom as the most patient of their vendors wants. */
export function paceOf<Request, Status>(env: Environment, work: Work<Request, Status>, handle: JobHandle): Pace {
  const paces = place(env, work, handle).map(({ part, leaf, jobs }) => {
    const pace = jobs.pace(part.handle)
    return { ...pace, deadlineMs: Math.min(pace.deadlineMs, leaf.target.timeoutMs ?? Number.POSITIVE_INFINITY) }
  })
  const [first, ...others] = paces
  if (first === undefined) throw new TypeError('a handle names at least one job')
  return others.reduce(
    (all, pace) => ({
      key: `${all.key} ${pace.key}`,
      minimumMs: Math.max(all.minimumMs, pace.minimumMs),
      maximumMs: Math.max(all.maximumMs, pace.maximumMs),
      deadlineMs: Math.max(all.deadlineMs, pace.deadlineMs),
    }),
    first,
  )
}

async function cancelPart<Request, Status>(
  env: Environment,
  { part: { handle }, jobs }: PlacedPart<Request, Status>,
  options: CallOptions | undefined,
): Promise<CancelOutcome> {
  const outcome = await jobs.cancel(handle, options)
  if (outcome === 'canceled') await book(env.ledger.find(handle.provider, handle.id)?.refund('canceled'))
  return outcome
}

/**
 * Stops all jobs of a handle. The least certain of the outcomes is that of all; a job that its vendor cannot stop goes
 * on, as one does that was only asked to stop.
 *
 * @throws LikenessError where none could be stopped, or a vendor did not answer; the others were asked all the same
 */
export async function cancelAll<Request, Status>(
  env: Environment,
  work: Work<Request, Status>,
  handle: JobHandle,
  options: CallOptions | undefined,
): Promise<CancelOutcome> {
  const ends = await Promise.allSettled(place(env, work, handle).map((placed) => cancelPart(env, placed, options)))
  const outcomes = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  for (const end of ends) {
    if (end.status === 'fulfilled') continue
    const unsupported = LikenessError.is(end.reason) && end.reason.kind === 'unsupported'
    if (!unsupported || outcomes.length === 0) throw end.reason
  }
  if (outcomes.length < ends.length || outcomes.includes('requested')) return 'requested'
  return outcomes.includes('canceled') ? 'canceled' : 'finished'
}

/** Deletes the pictures of all jobs of a handle. */
export async function removeAll(env: Environment, handle: JobHandle, options: CallOptions | undefined): Promise<void> {
  for (const { part, leaf } of place(env, generation, handle))
    await leaf.provider.generate?.remove(part.handle, options)
}
