import { onTestFinished } from 'vitest'
import type { CreateOptions } from './check-new-job.js'
import { createJobs, type Jobs, type JobsSettings } from './create-jobs.js'
import type { JobDatabase } from './database/database.js'
import { openSqlite } from './database/open-sqlite.js'
import { paidKeyOf } from './ids.js'
import type { Job, JobId } from './job.js'
import { createTestClock, type TestClock } from './test-clock.js'
import { createTestVendor, type TestVendor, type TestVendorSettings } from './test-vendor.js'

/** Jobs in memory at a vendor in this process, on a clock that the test moves. */
export interface TestWorld {
  readonly clock: TestClock
  readonly vendor: TestVendor
  readonly database: JobDatabase
  readonly jobs: Jobs
  readonly warnings: string[]
  create(options?: Partial<CreateOptions>): Promise<Job>
  /** Moves the clock until the job is in one of the states. */
  reach(id: JobId, ...states: readonly Job['state'][]): Promise<Job>
  now(id: JobId): Promise<Job>
  key(id: JobId): string
}

export async function createTestWorld(
  settings: Omit<TestVendorSettings, 'clock'> & Partial<JobsSettings> & { readonly started?: boolean } = {},
): Promise<TestWorld> {
  const clock = createTestClock()
  const { started = true, ...rest } = settings
  const vendor = createTestVendor({ clock, ...rest })
  const database = rest.database ?? (await openSqlite({ path: ':memory:', clock }))
  const warnings: string[] = []
  const jobs = createJobs({
    database,
    work: vendor.work,
    random: () => 0.5,
    name: 'worker',
    onWarning: (message) => void warnings.push(message),
    ...rest,
  })
  if (started) await jobs.start()
  onTestFinished(async () => {
    if (started) {
      const stopped = jobs.stop(0)
      await clock.advance(10_000)
      await stopped
    }
    if (rest.database === undefined) await database.close()
  })

  async function now(id: JobId): Promise<Job> {
    const job = await jobs.get(id)
    if (job === undefined) throw new Error(`There is no job ${id}.`)
    return job
  }

  return {
    clock,
    vendor,
    database,
    jobs,
    warnings,
    now,
    key: paidKeyOf,
    async create(options = {}) {
      const { job } = await jobs.create({
        kind: 'generation',
        provider: 'test',
        request: { prompt: 'a robot' },
        ...options,
      })
      return job
    },
    async reach(id, ...states) {
      await clock.until(async () => states.includes((await now(id)).state))
      return now(id)
    },
  }
}
