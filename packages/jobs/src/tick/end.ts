import { LikenessError } from '@likeness/core'
import { timeOf } from '../store/rows.js'
import type { Lease } from '../store/store.js'
import type { Engine } from './engine.js'
import type { Step } from './step.js'

/** The job has failed. */
export function failed(engine: Engine, lease: Lease, error: LikenessError, reason: string): Step {
  const endedAt = timeOf(engine.store.clock)
  return { lease, patch: { state: 'failed', reason, error: error.toJSON(), endedAt }, at: endedAt }
}

/** The job was stopped. */
export function canceled(engine: Engine, lease: Lease, reason: string): Step {
  const endedAt = timeOf(engine.store.clock)
  return { lease, patch: { state: 'canceled', reason, endedAt }, at: endedAt }
}

/** It was not done by its deadline. */
export function overdueError({ job }: Lease): LikenessError {
  const sent = job.state !== 'queued'
  return new LikenessError({
    kind: 'timeout',
    message: `The ${job.kind} at ${job.provider} was not done by its deadline.`,
    provider: job.provider,
    billed: sent ? 'maybe' : 'no',
    retry: 'elsewhere',
    ...('handle' in job && job.handle && { handle: job.handle }),
    hint: sent ? 'It may still finish at the vendor: `resume(error.handle)` goes on waiting.' : 'It was never sent.',
  })
}
