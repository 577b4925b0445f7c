import { sql } from 'kysely'
import type { Tx } from '../database/database.js'
import { whole } from '../database/whole.js'
import type { JobId } from '../job.js'
import { activeStates } from '../states.js'
import type { ReceivedEvent, Reception } from './store.js'

/**
 * The jobs that a callback names: by our own key where it carries it, else by the vendor's id. A vendor may count its
 * trainings and its pictures apart, so that without a kind an id can stand for one of each: all of them are looked at.
 */
async function jobsNamed(event: ReceivedEvent, tx: Tx): Promise<readonly JobId[]> {
  if (event.idempotencyKey !== undefined) {
    const row = await tx
      .selectFrom('likeness_job')
      .select('id')
      .where('paid_key', '=', event.idempotencyKey)
      .executeTakeFirst()
    if (row !== undefined) return [row.id]
  }
  let query = tx
    .selectFrom('likeness_job_reference')
    .select('job_id')
    .where('provider', '=', event.provider)
    .where('vendor_job_id', '=', event.jobId)
  if (event.kind !== undefined) query = query.where('kind', '=', event.kind)
  return (await query.execute()).map(({ job_id }) => job_id)
}

/** Makes a job due now, and known that something has happened. Returns whether it is one that goes on. */
export async function signal(id: JobId, now: number, tx: Tx): Promise<boolean> {
  const row = await tx
    .updateTable('likeness_job')
    .set({
      signals: sql<number>`signals + 1`,
      due: sql<number>`case when due < ${whole(now)} then due else ${whole(now)} end`,
    })
    .where('id', '=', id)
    .where('state', 'in', activeStates)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps a callback, once, and finds its jobs. */
export async function receive(event: ReceivedEvent, now: number, tx: Tx): Promise<Reception> {
  const jobs = await jobsNamed(event, tx)
  const row = {
    provider: event.provider,
    event_id: event.eventId,
    kind: event.kind ?? null,
    vendor_job_id: event.jobId,
    idempotency_key: event.idempotencyKey ?? null,
    body: event.body === undefined ? null : JSON.stringify(event.body),
    received_at: now,
    job_id: jobs[0] ?? null,
    seen_at: null,
  }
  const kept = await tx
    .insertInto('likeness_inbox')
    .values(row)
    .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
    .returning('seq')
    .executeTakeFirst()
  return { duplicate: kept === undefined, jobs }
}
