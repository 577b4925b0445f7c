export type { CreateOptions } from './check-new-job.js'
export { createJobs, type Jobs, type JobsSettings } from './create-jobs.js'
export type { Dialect, JobDatabase, Tx } from './database/database.js'
export { type MigrateOptions, migrate } from './database/migrate.js'
export type { Migration } from './database/migrations.js'
export { openPostgres, type PostgresSettings } from './database/open-postgres.js'
export { openSqlite, type SqliteSettings } from './database/open-sqlite.js'
export type { Tables } from './database/tables.js'
export { paidKeyOf } from './ids.js'
export type {
  CanceledJob,
  Cancellation,
  FailedJob,
  InboxEvent,
  Job,
  JobFacts,
  JobId,
  OnOverdue,
  OnUnknown,
  QueuedJob,
  RunningJob,
  SubmittingJob,
  SucceededJob,
  TrailEvent,
  UnknownJob,
} from './job.js'
export { createLimits } from './limits/create-limits.js'
export type { AccountLimits, Limits, Rate, Rated } from './limits/limits.js'
export type { Resolution } from './resolve-job.js'
export {
  activeStates,
  type FinalState,
  finalStates,
  isFinalState,
  isLegal,
  type JobState,
  jobStates,
  transitions,
} from './states.js'
export type { JobQuery, ReceivedEvent, Reception } from './store/store.js'
export type { Swept } from './sweep.js'
export { openPgBossWakeups, type PgBossSettings } from './wakeups/pg-boss-wakeups.js'
export type { Wakeups } from './wakeups/wakeups.js'
export type { WatchOptions } from './watchers.js'
export type { FindAnswer, JobWork, Submitted, VendorReference, WorkCall, WorkTimeouts } from './work/job-work.js'
export {
  type ProviderWorkSettings,
  providerWork,
  type ResolvedRequest,
  type SucceededStatus,
} from './work/provider-work.js'
