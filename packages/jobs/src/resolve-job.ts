import { type JobHandle, LikenessError } from '@likeness/core'
import type { Job, JobId, RunningJob, UnknownJob } from './job.js'
import { timeOf } from './store/rows.js'
import type { Patch } from './store/store.js'
import type { Engine } from './tick/engine.js'
import { noSuchJob } from './watchers.js'

/** What became of a paid request of which the vendor could not be asked. */
export type Resolution =
  /** It was accepted: this is the job. */
  | { readonly as: 'running'; readonly handle: JobHandle }
  /** It is to be sent again, though it may be paid for twice. */
  | { readonly as: 'queued' }
  /** It is given up. */
  | { readonly as: 'failed' }

/** Time for a job that is sent again, in milliseconds. */
const againMs = 24 * 3_600_000

function patchOf(engine: Engine, job: UnknownJob, resolution: Resolution): Patch {
  const now = timeOf(engine.store.clock)
  switch (resolution.as) {
    case 'running': {
      const { handle } = resolution
      const { error: _, ...rest } = job
      const running: RunningJob = { ...rest, state: 'running', handle }
      const startedAt = Date.parse(handle.startedAt)
      const from = Number.isNaN(startedAt) ? now : startedAt
      return {
        state: 'running',
        reason: 'resolved: the vendor has it',
        handle,
        error: null,
        failures: 0,
        deadlineAt: Math.max(job.deadlineAt, Math.round(from + engine.work.deadlineMs(running))),
        references: engine.work.references?.(handle) ?? [{ provider: handle.provider, id: handle.id }],
      }
    }
    case 'queued':
      return {
        state: 'queued',
        reason: 'resolved: to be sent again',
        failures: 0,
        deadlineAt: Math.max(job.deadlineAt, now + againMs),
      }
    case 'failed':
      return { state: 'failed', reason: 'resolved: given up', endedAt: now }
  }
}

/** Takes a job out of `unknown`. */
export async function resolveJob(engine: Engine, id: JobId, resolution: Resolution, by: string): Promise<Job> {
  const { store, wakeups } = engine
  const before = await store.get(id)
  if (before === undefined) throw noSuchJob(id)
  const job = await store.tx(async (tx) => {
    if (before.state !== 'unknown') return undefined
    const due = resolution.as === 'failed' ? undefined : timeOf(store.clock)
    const changed = await store.change(id, ['unknown'], patchOf(engine, before, resolution), due, by, tx)
    if (changed !== undefined && due !== undefined) await wakeups.arm(id, due, tx)
    return changed
  })
  if (job === undefined) {
    const { state } = (await store.get(id)) ?? before
    throw new LikenessError({
      kind: 'conflict',
      message: `The job ${id} is ${state}: only one that is unknown can be resolved.`,
    })
  }
  engine.changed(job)
  return job
}
