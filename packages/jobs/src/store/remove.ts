import { LikenessError } from '@likeness/core'
import type { Tx } from '../database/database.js'
import type { JobId } from '../job.js'
import { finalStates } from '../states.js'
import { noSuchJob } from '../watchers.js'

/** Forgets a job that has ended. Its trail and references go with the row. */
export async function remove(id: JobId, tx: Tx): Promise<void> {
  await tx
    .deleteFrom('likeness_inbox')
    .where('job_id', '=', id)
    .where('job_id', 'in', (eb) => eb.selectFrom('likeness_job').select('id').where('state', 'in', finalStates))
    .execute()
  const removed = await tx
    .deleteFrom('likeness_job')
    .where('id', '=', id)
    .where('state', 'in', finalStates)
    .returning('id')
    .executeTakeFirst()
  if (removed !== undefined) return
  const row = await tx.selectFrom('likeness_job').select('state').where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchJob(id)
  const message = `The job ${id} is ${row.state}: only one that has ended can be removed.`
  throw new LikenessError({ kind: 'conflict', message, hint: 'Cancel it first.' })
}
