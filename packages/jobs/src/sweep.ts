import type { JobDatabase } from './database/database.js'
import type { Engine } from './tick/engine.js'

/** How late a wake may be before another one is sent for the job, in milliseconds. pg-boss looks every half second. */
const lateMs = 2_000

/**
 * A clock that goes back by more than this was set back, in milliseconds; less is the correction of a clock that runs
 * fast.
 */
const setBackMs = 2_000

/** Jobs in one sweep of each sort. The next one finds the rest. */
const most = 1_000

/** What a sweep found. */
export interface Swept {
  /** Jobs whose wake was late. */
  readonly late: number
  /** Jobs past their deadline. */
  readonly overdue: number
  /** Jobs that waited for a time that no longer means anything, since the clock was set back. */
  readonly pulled: number
}

/** Finds jobs that nothing would wake: the last resort that makes every job end, whatever was lost. */
export function createSweep(engine: Engine, database: JobDatabase): () => Promise<Swept> {
  const { store, wakeups } = engine
  let sweptAt = Number.NEGATIVE_INFINITY

  return async () => {
    await database.synchronizeClock()
    const now = store.clock.now()
    const pulled = now < sweptAt - setBackMs ? await store.pullForward() : []
    sweptAt = now
    if (pulled.length > 0) engine.warn(`The clock was set back; ${pulled.length} jobs are looked at now.`)
    for (const id of pulled) await store.tx((tx) => wakeups.arm(id, now, tx))
    const late = await store.late(lateMs, most)
    for (const { id, due } of late) await store.tx((tx) => wakeups.arm(id, due, tx))
    const overdue = await store.pastDeadline(most)
    for (const id of overdue) {
      await store.tx(async (tx) => {
        if (await store.signal(id, tx)) await wakeups.arm(id, now, tx)
      })
    }
    return { late: late.length, overdue: overdue.length, pulled: pulled.length }
  }
}
