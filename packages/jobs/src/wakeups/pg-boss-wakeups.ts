import { LikenessError } from '@likeness/core'
import type { Job as BossJob } from 'pg-boss'
import type { JobDatabase } from '../database/database.js'
import type { JobId } from '../job.js'
import { createInFlight } from './in-flight.js'
import type { Wakeups } from './wakeups.js'

/** Which database, and how much at the same time. */
export interface PgBossSettings {
  /** Where the jobs are: wakes are written in the same transaction as rows. */
  readonly database: JobDatabase
  /** Of that database, for pg-boss's own connections. Never appears in an error. */
  readonly url: string
  /** Schema of pg-boss's own tables. @default 'likeness_pgboss' */
  readonly schema?: string | undefined
  /** Ticks at the same time in this process. @default 80 */
  readonly concurrency?: number | undefined
  /** @default a process warning */
  readonly onWarning?: ((message: string) => void) | undefined
}

interface Wake {
  readonly job: JobId
}

const queue = 'tick'
const workers = 2

/** What is due within this time is due now: it would be polled for no sooner. In milliseconds. */
const soonMs = 20

/**
 * How long pg-boss waits for a tick, in milliseconds. It settles a batch as a whole, so that one slow call would hold
 * up 49 others; a tick that takes longer goes on by itself: the lease on its row, and not pg-boss, says who has the
 * job.
 */
const attendedMs = 1_000

async function load(): Promise<typeof import('pg-boss')> {
  try {
    return await import('pg-boss')
  } catch (cause) {
    throw new LikenessError({
      kind: 'unsupported',
      message: 'Wake-ups on Postgres need the package `pg-boss`, which is not installed.',
      hint: 'Install it beside this package: npm install pg-boss',
      cause,
    })
  }
}

/**
 * Wake-ups by pg-boss, for several processes on one Postgres database. Connects at once, so that a process that only
 * creates jobs can arm them; it makes its own tables.
 *
 * @throws LikenessError `unsupported` where `pg-boss` is not installed; what pg-boss throws where the database cannot
 * be used
 */
export async function openPgBossWakeups(settings: PgBossSettings): Promise<Wakeups> {
  const { url, schema = 'likeness_pgboss', concurrency = 80 } = settings
  const { clock } = settings.database
  const { onWarning = (message: string) => process.emitWarning(message) } = settings
  const [{ PgBoss }, { fromKysely }] = await Promise.all([load(), import('./pg-boss-transaction.js')])
  const boss = new PgBoss({
    connectionString: url,
    schema,
    application_name: 'likeness-wakeups',
    max: workers + 1,
    schedule: false,
    useListenNotify: true,
  })
  boss.on('error', (error) => onWarning(`pg-boss: ${error.message}`))
  boss.on('warning', ({ message }) => onWarning(`pg-boss: ${message}`))
  await boss.start()
  await boss.createQueue(queue, {
    // At most one wake per job waits; another may be at work.
    policy: 'short',
    notify: true,
    heartbeatSeconds: 10,
    retryLimit: 1_000,
    retryDelay: 1,
    retryDelayMax: 30,
    retryBackoff: true,
    // Each look at a job is one row of pg-boss's. What is known of the job is in its own row and trail.
    deleteAfterSeconds: 600,
  })
  const flight = createInFlight(clock, (job, error) => onWarning(`Looking at ${job} failed: ${String(error)}`))

  /** A wake that comes while the job is being looked at may be about what that look did not see. */
  async function look(job: JobId, tick: (job: JobId) => Promise<void>): Promise<void> {
    await flight.settledJob(job)
    await flight.run(job, tick)
  }

  /** Waits for room, starts the tick, and stays with it for a while. */
  async function attend(job: JobId, tick: (job: JobId) => Promise<void>): Promise<void> {
    while (flight.size >= concurrency) await flight.settledOne()
    const over = new AbortController()
    const patience = clock.sleep(attendedMs, over.signal).catch(() => {})
    await Promise.race([look(job, tick), patience])
    over.abort()
  }

  return {
    async start(tick) {
      const options = {
        batchSize: 50,
        localConcurrency: workers,
        burstWhenBatchFull: true,
        perJobResults: true,
        // Timers fire when it polls; it is notified of what is due at once.
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
      } as const
      await boss.work(queue, options, async (wakes: BossJob<Wake>[]) => {
        await Promise.all(wakes.map(({ data }) => attend(data.job, tick)))
        return wakes.map(({ id }) => ({ id, status: 'completed' as const }))
      })
    },
    async arm(job, at, tx) {
      const wake: Wake = { job }
      // It notifies its workers of what is due as the transaction begins, which is before now.
      const startAfter = at - clock.now() < soonMs ? 0 : new Date(at)
      await boss.upsert(queue, wake, { singletonKey: job, startAfter, db: fromKysely(tx) })
    },
    // A wake that comes for a job at rest finds nothing to do.
    async disarm() {},
    async stop(graceMs) {
      await boss.offWork(queue)
      // They arm their next wakes, for which pg-boss must still be there.
      await flight.settled(graceMs)
      await boss.stop({ graceful: true, timeout: 1_000 })
    },
  }
}
