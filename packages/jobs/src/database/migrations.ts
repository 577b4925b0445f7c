import type { Dialect } from './database.js'

/** One step of a database's making. Released steps are never edited: a change is a new step. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number
  readonly name: string
  /** SQL statements, run in order. */
  statements(dialect: Dialect): readonly string[]
}

const sequence = (dialect: Dialect) =>
  dialect === 'sqlite' ? 'integer primary key autoincrement' : 'bigint generated always as identity primary key'

/** The tables of this package. */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'jobs',
    statements: (dialect) => [
      `create table likeness_job (
        id text primary key,
        tenant text not null,
        idempotency_key text not null,
        fingerprint text not null,
        paid_key text not null unique,
        kind text not null,
        provider text not null,
        account text not null,
        request text not null,
        on_unknown text not null,
        on_overdue text not null,
        state text not null,
        version bigint not null,
        attempts bigint not null,
        created_at bigint not null,
        changed_at bigint not null,
        deadline_ms bigint,
        deadline_at bigint not null,
        overdue bigint not null,
        cancel_at bigint,
        cancel_by text,
        cancel_outcome text,
        sent_at bigint,
        handle text,
        status text,
        result text,
        error text,
        ended_at bigint,
        due bigint,
        lease_until bigint,
        lease_owner text,
        gen bigint not null,
        signals bigint not null,
        failures bigint not null,
        resent bigint not null,
        unique (tenant, idempotency_key)
      )`,
      'create index likeness_job_due on likeness_job (due) where due is not null',
      'create index likeness_job_account on likeness_job (account, state, id)',
      'create index likeness_job_tenant on likeness_job (tenant, id)',
      `create table likeness_job_trail (
        seq ${sequence(dialect)},
        job_id text not null references likeness_job (id) on delete cascade,
        at bigint not null,
        from_state text,
        to_state text not null,
        reason text not null,
        by_whom text not null
      )`,
      'create index likeness_job_trail_job on likeness_job_trail (job_id, seq)',
      `create table likeness_inbox (
        seq ${sequence(dialect)},
        provider text not null,
        event_id text not null,
        kind text,
        vendor_job_id text not null,
        idempotency_key text,
        body text,
        received_at bigint not null,
        job_id text references likeness_job (id) on delete set null,
        seen_at bigint,
        unique (provider, event_id)
      )`,
      'create index likeness_inbox_vendor_job on likeness_inbox (provider, vendor_job_id)',
      'create index likeness_inbox_job on likeness_inbox (job_id, seq)',
      `create table likeness_job_reference (
        provider text not null,
        kind text not null,
        vendor_job_id text not null,
        job_id text not null references likeness_job (id) on delete cascade,
        primary key (provider, kind, vendor_job_id)
      )`,
      `create table likeness_account_limit (
        account text not null,
        what text not null,
        tat bigint not null,
        blocked_until bigint not null,
        primary key (account, what)
      )`,
    ],
  },
]
