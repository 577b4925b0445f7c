import { type Kysely, sql } from 'kysely'
import type { Dialect, Tx } from '../database/database.js'
import type { Tables } from '../database/tables.js'
import type { JobId } from '../job.js'
import { type JobRow, jobOf } from './rows.js'
import type { Claim, Lease } from './store.js'

async function leaseOf(row: JobRow, owner: string, db: Kysely<Tables>): Promise<Lease> {
  const { last } = await db
    .selectFrom('likeness_inbox')
    .select(({ fn }) => fn.max('seq').as('last'))
    .where('job_id', '=', row.id)
    .where('seen_at', 'is', null)
    .executeTakeFirstOrThrow()
  return {
    job: jobOf(row),
    owner,
    gen: row.gen,
    signals: row.signals,
    failures: row.failures,
    resent: row.resent > 0,
    ownDeadline: row.deadline_ms !== null,
    lastEvent: last ?? 0,
  }
}

function taken(owner: string, leaseMs: number, now: number) {
  return { lease_until: now + leaseMs, lease_owner: owner, due: now + leaseMs, gen: sql<number>`gen + 1` }
}

export async function claim(
  id: JobId,
  owner: string,
  leaseMs: number,
  now: number,
  dialect: Dialect,
  tx: Tx,
): Promise<Claim> {
  const row = await tx
    .updateTable('likeness_job')
    .set(taken(owner, leaseMs, now))
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .where('due', '<=', now)
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) return { type: 'claimed', lease: await leaseOf(row, owner, tx) }
  const query = tx.selectFrom('likeness_job').select(['due', 'lease_until']).where('id', '=', id)
  // Who gives the lease back meanwhile arms the next wake after this one, and is not overwritten.
  const other = await (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  if (other === undefined || other.due === null) return { type: 'rest' }
  return { type: 'later', at: Math.max(other.due, other.lease_until ?? 0) }
}
