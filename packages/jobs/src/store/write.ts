import { sql, type Updateable, type UpdateObject, type UpdateQueryBuilder, type UpdateResult } from 'kysely'
import type { Tx } from '../database/database.js'
import type { JobTable, Tables } from '../database/tables.js'
import type { Job, JobId } from '../job.js'
import { isFinalState, isLegal, type JobState } from '../states.js'
import { jobOf, statusText } from './rows.js'
import type { Lease, Patch } from './store.js'

const text = (value: object | undefined) => (value === undefined ? undefined : JSON.stringify(value))

function columnsOf(patch: Patch): Updateable<JobTable> {
  return {
    state: patch.state,
    sent_at: patch.sentAt,
    attempts: patch.attempts,
    handle: text(patch.handle),
    status: patch.status === undefined ? undefined : statusText(patch.status),
    result: text(patch.result),
    error: patch.error === null ? null : text(patch.error),
    ended_at: patch.endedAt,
    deadline_at: patch.deadlineAt,
    overdue: patch.overdue === undefined ? undefined : Number(patch.overdue),
    cancel_outcome: patch.cancelOutcome,
    failures: patch.failures,
    resent: patch.resent === undefined ? undefined : Number(patch.resent),
  }
}

/** What those who watch the job see. */
const visible: readonly (keyof Patch)[] = [
  'state',
  'sentAt',
  'attempts',
  'handle',
  'status',
  'result',
  'error',
  'endedAt',
  'deadlineAt',
  'overdue',
  'cancelOutcome',
]

/** @throws Error where the one does not lead to the other: a programming mistake */
function checkTransition(job: Job, { state, reason }: Patch): void {
  if (state === undefined || state === job.state) return
  if (!isLegal(job.state, state)) throw new Error(`The job ${job.id} cannot go from ${job.state} to ${state}.`)
  if (reason === undefined)
    throw new Error(`The job ${job.id} cannot go from ${job.state} to ${state} without a reason.`)
}

export async function writeTrail(
  id: JobId,
  from: JobState | undefined,
  to: JobState,
  reason: string,
  by: string,
  now: number,
  tx: Tx,
): Promise<void> {
  const row = { job_id: id, at: now, from_state: from ?? null, to_state: to, reason, by_whom: by }
  await tx.insertInto('likeness_job_trail').values(row).execute()
}

/** Returns whether callbacks were there already: faster than the answer to the submit. */
async function writeReferences(job: Job, { references = [] }: Patch, tx: Tx): Promise<boolean> {
  let early = false
  for (const { provider, id } of references) {
    const row = { provider, kind: job.kind, vendor_job_id: id, job_id: job.id }
    await tx
      .insertInto('likeness_job_reference')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const events = await tx
      .updateTable('likeness_inbox')
      .set({ job_id: job.id })
      .where('provider', '=', provider)
      .where('vendor_job_id', '=', id)
      .where('job_id', 'is', null)
      .where(({ eb, or }) => or([eb('kind', 'is', null), eb('kind', '=', job.kind)]))
      .returning('seq')
      .execute()
    early ||= events.length > 0
  }
  return early
}

type JobUpdate = UpdateQueryBuilder<Tables, 'likeness_job', 'likeness_job', UpdateResult>

/** What a write left in the row. */
export interface Written {
  readonly job: Job
  readonly due: number | undefined
}

/** Who writes, and when. */
export interface Writer {
  readonly by: string
  readonly now: number
  readonly tx: Tx
}

/**
 * Writes a patch with what else the caller sets; `undefined` where the row is no longer as the caller believes.
 *
 * @param scheduling - told whether callbacks had come before it was known that they are about this job
 */
export async function write(
  job: Job,
  patch: Patch,
  scheduling: (early: boolean) => UpdateObject<Tables, 'likeness_job'>,
  only: (update: JobUpdate) => JobUpdate,
  { by, now, tx }: Writer,
): Promise<Written | undefined> {
  checkTransition(job, patch)
  const seen = visible.some((field) => patch[field] !== undefined)
  const change = seen ? { version: sql<number>`version + 1`, changed_at: now } : {}
  // First, so that the row is written knowing of callbacks that had come before: they count as something that happens
  // now.
  const early = await writeReferences(job, patch, tx)
  const signals = early ? { signals: sql<number>`signals + 1` } : {}
  const update = tx
    .updateTable('likeness_job')
    .set({ ...columnsOf(patch), ...change, ...signals, ...scheduling(early) })
    .where('id', '=', job.id)
  const row = await only(update).returningAll().executeTakeFirst()
  if (row === undefined) return undefined
  if (patch.reason !== undefined) await writeTrail(job.id, job.state, row.state, patch.reason, by, now, tx)
  return { job: jobOf(row), due: row.due ?? undefined }
}

/** Marks the callbacks that led to this look as seen. */
export async function markSeen({ job, lastEvent }: Lease, { now, tx }: Writer): Promise<void> {
  if (lastEvent === 0) return
  await tx
    .updateTable('likeness_inbox')
    .set({ seen_at: now })
    .where('job_id', '=', job.id)
    .where('seen_at', 'is', null)
    .where('seq', '<=', lastEvent)
    .execute()
}

/** Whether nothing happens to a job in this state by itself. */
export const rests = (state: JobState) => isFinalState(state) || state === 'unknown'
