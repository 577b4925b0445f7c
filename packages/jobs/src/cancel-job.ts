import type { Job, JobId } from './job.js'
import { timeOf } from './store/rows.js'
import type { Engine } from './tick/engine.js'
import { noSuchJob } from './watchers.js'

/** Notes that a job is to be stopped, and stops it at once where nothing was sent. */
export async function cancelJob(engine: Engine, id: JobId, by: string): Promise<Job> {
  const { store, wakeups } = engine
  await store.tx(async (tx) => {
    const endedAt = timeOf(store.clock)
    if (!(await store.noteCancellation(id, by, tx))) return
    // The intent to send is recorded before anything is sent: a job that is still queued here was not.
    const unsent = { state: 'canceled', reason: 'stopped before it was sent', endedAt } as const
    const givenUp = { state: 'canceled', reason: 'given up; whether it was accepted is not known', endedAt } as const
    const ended =
      (await store.change(id, ['queued'], unsent, undefined, by, tx)) ??
      (await store.change(id, ['unknown'], givenUp, undefined, by, tx))
    if (ended !== undefined) await wakeups.disarm(id, tx)
    else if (await store.signal(id, tx)) await wakeups.arm(id, endedAt, tx)
  })
  const job = await store.get(id)
  if (job === undefined) throw noSuchJob(id)
  engine.changed(job)
  return job
}
