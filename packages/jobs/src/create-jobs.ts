import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Page } from '@likeness/core'
import { cancelJob } from './cancel-job.js'
import { type CreateOptions, checkNewJob } from './check-new-job.js'
import type { JobDatabase } from './database/database.js'
import type { InboxEvent, Job, JobId, TrailEvent } from './job.js'
import { createLimits } from './limits/create-limits.js'
import type { AccountLimits } from './limits/limits.js'
import { type Resolution, resolveJob } from './resolve-job.js'
import type { JobState } from './states.js'
import { createStore } from './store/create-store.js'
import type { JobQuery, ReceivedEvent, Reception } from './store/store.js'
import { createSweep, type Swept } from './sweep.js'
import type { Engine } from './tick/engine.js'
import { tick } from './tick/tick.js'
import { createRowWakeups } from './wakeups/row-wakeups.js'
import type { Wakeups } from './wakeups/wakeups.js'
import { createWatchers, type WatchOptions } from './watchers.js'
import type { JobWork } from './work/job-work.js'

/** What jobs are made of. */
export interface JobsSettings {
  /** From `openSqlite` or `openPostgres`. Stays open when the jobs are stopped. */
  readonly database: JobDatabase
  readonly work: JobWork
  /** @default the rows are watched: right for SQLite. Give `openPgBossWakeups` for several processes on Postgres. */
  readonly wakeups?: Wakeups | undefined
  /** What each vendor account allows. @default no limits */
  readonly limits?: ((account: string) => AccountLimits) | undefined
  /** Name of this process in trails. @default host and process id */
  readonly name?: string | undefined
  /** How long a job stays with a process that has died, in milliseconds. @default 30_000 */
  readonly leaseMs?: number | undefined
  /** How often jobs are looked for that nothing would wake, in milliseconds. @default 15_000 */
  readonly sweepMs?: number | undefined
  /** For spreading retries; from 0 to 1. @default Math.random */
  readonly random?: (() => number) | undefined
  /** What a person should know of. @default a process warning */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** Durable jobs. What changes a job may be called in any process, whether or not it is started. */
export interface Jobs {
  /**
   * Makes a job. Once this resolves it is kept, and will be done by whichever process is started.
   *
   * @throws LikenessError `invalid-request` naming every field that is wrong, `conflict` where the key stands for
   * another request
   */
  create(options: CreateOptions): Promise<{ readonly job: Job; readonly created: boolean }>
  get(id: JobId): Promise<Job | undefined>
  /** The latest first. @throws LikenessError `invalid-request` for a limit or cursor that is none */
  list(query?: JobQuery): Promise<Page<Job>>
  /** What happened to a job, the earliest first. */
  trail(id: JobId): Promise<readonly TrailEvent[]>
  /** Callbacks about a job, or those that belong to none. */
  inbox(job: JobId | 'unmatched'): Promise<readonly InboxEvent[]>
  /** The job as it stands, and whenever it has changed, until it ends. @throws LikenessError `not-found` */
  events(id: JobId, options?: WatchOptions): AsyncGenerator<Job, void, void>
  /**
   * Asks for a job to be stopped. One that was not sent ends at once; one at the vendor is stopped there where that can
   * be done, else it goes on, and `cancellation.outcome` says so. One that has ended stays as it is.
   *
   * @throws LikenessError `not-found`
   */
  cancel(id: JobId, by?: string): Promise<Job>
  /**
   * What a person found out about a job that is `unknown`.
   *
   * @throws LikenessError `not-found`, `conflict` where the job is not `unknown`
   */
  resolve(id: JobId, resolution: Resolution, by?: string): Promise<Job>
  /**
   * Forgets a job that has ended, with its trail and callbacks. Its idempotency key is free again.
   *
   * @throws LikenessError `not-found`, `conflict` where it has not ended
   */
  remove(id: JobId): Promise<void>
  /** Keeps a verified callback and wakes its job. Answer the vendor once this resolves. */
  receive(event: ReceivedEvent): Promise<Reception>
  /** Begins to do the jobs. */
  start(): Promise<void>
  /**
   * Takes no more jobs, waits for the calls at hand, then aborts them. Nothing is lost: another process goes on, or
   * this one once it is opened anew.
   *
   * @param graceMs - default 10_000
   */
  stop(graceMs?: number): Promise<void>
  /** Looks for jobs that nothing would wake; done every `sweepMs` by itself while started. */
  sweep(): Promise<Swept>
  counts(): Promise<Readonly<Record<JobState, number>>>
}

/** How long calls that were aborted have to end, in milliseconds. */
const endMs = 5_000

/** Durable jobs in a database. Nothing runs before `start`. */
export function createJobs(settings: JobsSettings): Jobs {
  const { database, work, limits = () => ({}), leaseMs = 30_000, sweepMs = 15_000, random = Math.random } = settings
  const { onWarning = (message: string) => process.emitWarning(message) } = settings
  const { clock } = database
  const store = createStore(database)
  const idleMs = database.exclusive ? 5_000 : 1_000
  const wakeups = settings.wakeups ?? createRowWakeups({ store, clock, idleMs, onWarning })
  const watchers = createWatchers(clock, store.get, database.exclusive ? 15_000 : 1_000)
  const engine: Engine = {
    store,
    wakeups,
    limits: createLimits(database),
    work,
    limitsOf: limits,
    owner: settings.name ?? `${hostname()}:${process.pid}`,
    leaseMs,
    random,
    changed: watchers.changed,
    warn: onWarning,
  }
  const sweep = createSweep(engine, database)
  const aborting = new AbortController()
  const stopping = new AbortController()
  let sweeping: Promise<void> | undefined

  async function sweepOnAndOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(sweepMs, stopping.signal)
      await sweep().catch((error: unknown) => onWarning(`The sweep failed: ${String(error)}`))
    }
  }

  return {
    async create(options) {
      checkNewJob(options)
      const {
        tenant = 'default',
        idempotencyKey = randomUUID(),
        by = 'caller',
        onUnknown = 'fail',
        onOverdue = 'fail',
      } = options
      const { kind, provider, account = provider, request, deadlineMs } = options
      const wanted = { tenant, idempotencyKey, kind, provider, account, request, onUnknown, onOverdue, deadlineMs, by }
      return store.tx(async (tx) => {
        const made = await store.create(wanted, tx)
        if (made.created) await wakeups.arm(made.job.id, clock.now(), tx)
        return made
      })
    },
    get: store.get,
    list: (query = {}) => store.list(query),
    trail: store.trail,
    inbox: store.inbox,
    events: (id, options = {}) => watchers.watch(id, options),
    cancel: (id, by = 'caller') => cancelJob(engine, id, by),
    resolve: (id, resolution, by = 'caller') => resolveJob(engine, id, resolution, by),
    remove: (id) => store.remove(id),
    receive: (event) =>
      store.tx(async (tx) => {
        const reception = await store.receive(event, tx)
        if (reception.duplicate) return reception
        for (const id of reception.jobs) if (await store.signal(id, tx)) await wakeups.arm(id, clock.now(), tx)
        return reception
      }),
    async start() {
      if (database.exclusive) await store.clearLeases()
      await wakeups.start((id) => tick(engine, id, aborting.signal))
      sweeping = sweepOnAndOn().catch((error: unknown) => {
        if (!stopping.signal.aborted) onWarning(`No more sweeps: ${String(error)}`)
      })
    },
    async stop(graceMs = 10_000) {
      stopping.abort()
      const over = new AbortController()
      const grace = clock.sleep(graceMs, over.signal).then(
        () => aborting.abort(),
        () => {},
      )
      await wakeups.stop(graceMs + endMs)
      over.abort()
      await Promise.all([grace, sweeping])
    },
    sweep,
    counts: store.counts,
  }
}
