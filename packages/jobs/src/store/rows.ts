import {
  type Clock,
  type JobHandle,
  type JobStatus,
  type JsonObject,
  LikenessError,
  type SerializedError,
} from '@likeness/core'
import type { Selectable } from 'kysely'
import type { InboxTable, JobTable, TrailTable } from '../database/tables.js'
import type { InboxEvent, Job, JobFacts, TrailEvent } from '../job.js'

export type JobRow = Selectable<JobTable>

/** What this package itself wrote as JSON. */
function parsed<Value>(text: string): Value {
  return JSON.parse(text) as Value
}

function present<Value>(row: JobRow, column: keyof JobRow, value: Value | null): Value {
  if (value === null) throw new Error(`The row of ${row.id} is damaged: a job that is ${row.state} has no ${column}.`)
  return value
}

/** A status as it is kept. */
export function statusText(status: JobStatus): string {
  return JSON.stringify(status)
}

function statusOf(text: string): JobStatus {
  const status = parsed<JobStatus>(text)
  return status.state === 'failed' ? { ...status, error: LikenessError.from(status.error) } : status
}

function factsOf(row: JobRow): JobFacts {
  return {
    id: row.id,
    tenant: row.tenant,
    idempotencyKey: row.idempotency_key,
    kind: row.kind,
    provider: row.provider,
    account: row.account,
    request: parsed<JsonObject>(row.request),
    onUnknown: row.on_unknown,
    onOverdue: row.on_overdue,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    version: row.version,
    attempts: row.attempts,
    deadlineAt: row.deadline_at,
    overdue: row.overdue !== 0,
    ...(row.cancel_at !== null && {
      cancellation: {
        at: row.cancel_at,
        by: present(row, 'cancel_by', row.cancel_by),
        ...(row.cancel_outcome !== null && { outcome: row.cancel_outcome }),
      },
    }),
  }
}

/** The job that a row tells of. */
export function jobOf(row: JobRow): Job {
  const facts = factsOf(row)
  const handle = row.handle === null ? undefined : parsed<JobHandle>(row.handle)
  const error = row.error === null ? undefined : parsed<SerializedError>(row.error)
  const sentAt = () => present(row, 'sent_at', row.sent_at)
  const endedAt = () => present(row, 'ended_at', row.ended_at)
  const neededHandle = () => present(row, 'handle', handle ?? null)
  const neededError = () => present(row, 'error', error ?? null)
  switch (row.state) {
    case 'queued':
      return { ...facts, state: row.state, ...(error && { error }) }
    case 'submitting':
      return { ...facts, state: row.state, sentAt: sentAt(), ...(error && { error }) }
    case 'running':
      return {
        ...facts,
        state: row.state,
        sentAt: sentAt(),
        handle: neededHandle(),
        ...(row.status !== null && { status: statusOf(row.status) }),
      }
    case 'succeeded':
      return {
        ...facts,
        state: row.state,
        handle: neededHandle(),
        result: parsed<JsonObject>(present(row, 'result', row.result)),
        endedAt: endedAt(),
      }
    case 'failed':
      return { ...facts, state: row.state, ...(handle && { handle }), error: neededError(), endedAt: endedAt() }
    case 'canceled':
      return { ...facts, state: row.state, ...(handle && { handle }), ...(error && { error }), endedAt: endedAt() }
    case 'unknown':
      return { ...facts, state: row.state, sentAt: sentAt(), error: neededError() }
  }
}

export function trailEventOf(row: Selectable<TrailTable>): TrailEvent {
  return {
    at: row.at,
    ...(row.from_state !== null && { from: row.from_state }),
    to: row.to_state,
    reason: row.reason,
    by: row.by_whom,
  }
}

export function inboxEventOf(row: Selectable<InboxTable>): InboxEvent {
  return {
    id: row.seq,
    provider: row.provider,
    eventId: row.event_id,
    vendorJobId: row.vendor_job_id,
    receivedAt: row.received_at,
    ...(row.body !== null && { body: parsed<JsonObject>(row.body) }),
    ...(row.job_id !== null && { job: row.job_id }),
    ...(row.seen_at !== null && { seenAt: row.seen_at }),
  }
}

/** Whole milliseconds: columns are integers. */
export function timeOf(clock: Clock): number {
  return Math.round(clock.now())
}
