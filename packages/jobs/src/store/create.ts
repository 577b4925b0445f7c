import { LikenessError } from '@likeness/core'
import type { Tx } from '../database/database.js'
import { fingerprint } from '../fingerprint.js'
import { newJobId, paidKeyOf } from '../ids.js'
import type { Job } from '../job.js'
import { jobOf } from './rows.js'
import type { NewJob } from './store.js'
import { writeTrail } from './write.js'

/** How long a job may take in all where neither the caller nor a vendor's pace says so yet, in milliseconds. */
const longestMs = 24 * 3_600_000

/** Everything that makes it this job and no other; not who asked. */
function fingerprintOf({ by: _, tenant: _tenant, idempotencyKey: _key, ...asked }: NewJob): string {
  return fingerprint(asked)
}

function conflict(job: Job): LikenessError {
  const message = `stands for another request already, that of ${job.id}`
  return new LikenessError({
    kind: 'conflict',
    message: `The idempotency key ${message}.`,
    fields: [{ field: 'idempotencyKey', message }],
    hint: 'The same key means the same request. Take a new key for a new one.',
    idempotencyKey: job.idempotencyKey,
  })
}

export async function create(
  wanted: NewJob,
  now: number,
  tx: Tx,
): Promise<{ readonly job: Job; readonly created: boolean }> {
  const id = newJobId(now)
  const { tenant, idempotencyKey, deadlineMs } = wanted
  const row = {
    id,
    tenant,
    idempotency_key: idempotencyKey,
    fingerprint: fingerprintOf(wanted),
    paid_key: paidKeyOf(id),
    kind: wanted.kind,
    provider: wanted.provider,
    account: wanted.account,
    request: JSON.stringify(wanted.request),
    on_unknown: wanted.onUnknown,
    on_overdue: wanted.onOverdue,
    state: 'queued' as const,
    version: 1,
    attempts: 0,
    created_at: now,
    changed_at: now,
    deadline_ms: deadlineMs === undefined ? null : Math.round(deadlineMs),
    deadline_at: now + Math.round(deadlineMs ?? longestMs),
    overdue: 0,
    due: now,
    gen: 0,
    signals: 0,
    failures: 0,
    resent: 0,
  }
  const made = await tx
    .insertInto('likeness_job')
    .values(row)
    .onConflict((clash) => clash.columns(['tenant', 'idempotency_key']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (made !== undefined) {
    await writeTrail(id, undefined, 'queued', 'created', wanted.by, now, tx)
    return { job: jobOf(made), created: true }
  }
  const other = await tx
    .selectFrom('likeness_job')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirstOrThrow()
  const job = jobOf(other)
  if (other.fingerprint !== row.fingerprint) throw conflict(job)
  return { job, created: false }
}
