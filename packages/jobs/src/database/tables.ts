import type { JobKind } from '@likeness/core'
import type { Generated } from 'kysely'
import type { OnOverdue, OnUnknown } from '../job.js'
import type { JobState } from '../states.js'

/** One job. Times are milliseconds since the epoch, JSON is text: both databases then keep the same. */
export interface JobTable {
  id: string
  tenant: string
  idempotency_key: string
  /** Of everything that was asked for, so that another request under the same key is noticed. */
  fingerprint: string
  /** Key of its paid request, which callbacks may carry. */
  paid_key: string
  kind: JobKind
  provider: string
  account: string
  request: string
  on_unknown: OnUnknown
  on_overdue: OnOverdue
  state: JobState
  version: number
  attempts: number
  created_at: number
  changed_at: number
  /** As the caller asked; null where the work decides. */
  deadline_ms: number | null
  deadline_at: number
  overdue: number
  cancel_at: number | null
  cancel_by: string | null
  cancel_outcome: 'requested' | 'finished' | 'unsupported' | null
  sent_at: number | null
  handle: string | null
  status: string | null
  result: string | null
  error: string | null
  ended_at: number | null
  /**
   * When it is to be looked at; null at rest. While it is leased, when the lease ends: a process that dies leaves it
   * due.
   */
  due: number | null
  lease_until: number | null
  lease_owner: string | null
  /** Counts the leases. A write that names an older one is refused. */
  gen: number
  /** Counts what happened from outside: callbacks, requests to cancel. */
  signals: number
  /** Looks in a row that came to nothing because the vendor could not be asked. */
  failures: number
  /** Paid requests that were sent again although an earlier one may have been accepted. */
  resent: number
}

export interface TrailTable {
  seq: Generated<number>
  job_id: string
  at: number
  from_state: JobState | null
  to_state: JobState
  reason: string
  by_whom: string
}

export interface InboxTable {
  seq: Generated<number>
  provider: string
  event_id: string
  kind: JobKind | null
  vendor_job_id: string
  idempotency_key: string | null
  body: string | null
  received_at: number
  job_id: string | null
  seen_at: number | null
}

/** Which job a vendor's job belongs to. */
export interface ReferenceTable {
  provider: string
  kind: JobKind
  vendor_job_id: string
  job_id: string
}

export interface AccountLimitTable {
  account: string
  /** What is limited: a rate, or `place`, whose row is locked while places are counted. */
  what: string
  /** When the rate would be idle again: the theoretical arrival time of GCRA. */
  tat: number
  blocked_until: number
}

export interface MigrationTable {
  scope: string
  number: number
  name: string
  checksum: string
  applied_at: number
}

/** The tables, by the names that they have in the database. */
export interface Tables {
  likeness_job: JobTable
  likeness_job_trail: TrailTable
  likeness_inbox: InboxTable
  likeness_job_reference: ReferenceTable
  likeness_account_limit: AccountLimitTable
  likeness_migration: MigrationTable
}
