// node packages/jobs/bench/waiting.ts [jobs ...] prints what waiting jobs cost in one process: memory, idle processor
// time, and how long a callback takes to wake one. With DATABASE_URL on that Postgres database (which should be empty),
// else in a SQLite file.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { createJobs, type JobWork, openPgBossWakeups, openPostgres, openSqlite } from '@likeness/jobs'

const url = process.env.DATABASE_URL
const given = process.argv.slice(2).map(Number)
const sizes = given.length > 0 ? given : [1_000, 10_000]
const idleSeconds = Number(process.env.IDLE_SECONDS ?? 20)
const wakes = 200

/** Accepts at once, and is done when the bench says so. */
function createVendor() {
  const done = new Set<string>()
  const work: JobWork = {
    async submit(job, { idempotencyKey }) {
      const { id, kind, provider } = job
      const startedAt = new Date().toISOString()
      return { handle: { version: 1, kind, provider, id: `vendor-${id}`, idempotencyKey, startedAt, data: {} } }
    },
    async status({ handle }) {
      return done.has(handle.id) ? { state: 'succeeded', images: [], failures: [] } : { state: 'running' }
    },
    collect: async () => ({}),
    // Trainings: a callback is what ends the wait.
    pollAfterMs: () => 3_600_000,
    deadlineMs: () => 24 * 3_600_000,
  }
  return { work, done }
}

const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20)

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

async function measure(count: number, folder: string) {
  const database =
    url === undefined ? await openSqlite({ path: join(folder, `${count}.sqlite`) }) : await openPostgres({ url })
  const wakeups = url === undefined ? undefined : await openPgBossWakeups({ database, url })
  const { work, done } = createVendor()
  const jobs = createJobs({ database, work, ...(wakeups && { wakeups }) })
  await jobs.start()
  const before = (await jobs.counts()).running
  const began = performance.now()
  const ids: string[] = []
  for (let made = 0; made < count; made += 100) {
    const some = Array.from({ length: Math.min(100, count - made) }, () =>
      jobs.create({ kind: 'fine-tune', provider: 'vendor', request: { subject: 'robot' } }),
    )
    ids.push(...(await Promise.all(some)).map(({ job }) => job.id))
  }
  while ((await jobs.counts()).running < before + count) await pause(20)
  const waitingAfter = performance.now() - began
  await pause(2_000)
  const used = process.cpuUsage()
  const idleFrom = performance.now()
  await pause(idleSeconds * 1_000)
  const { user, system } = process.cpuUsage(used)
  const idle = (user + system) / 1_000 / (performance.now() - idleFrom)
  const memory = megabytes()
  const took: number[] = []
  for (const id of ids.slice(0, wakes)) {
    const jobId = `vendor-${id}`
    done.add(jobId)
    const from = performance.now()
    await jobs.receive({ provider: 'vendor', eventId: jobId, jobId })
    for await (const { state } of jobs.events(id)) if (state === 'succeeded') took.push(performance.now() - from)
  }
  await jobs.stop(1_000)
  await database.close()
  return { waitingAfter, idle, memory, p50: percentile(took, 0.5), p95: percentile(took, 0.95) }
}

const folder = await mkdtemp(join(tmpdir(), 'likeness-waiting-'))
try {
  console.log(
    `${url === undefined ? 'SQLite' : 'Postgres with pg-boss'}, Node ${process.version}, idle over ${idleSeconds} s`,
  )
  for (const count of sizes) {
    const { waitingAfter, idle, memory, p50, p95 } = await measure(count, folder)
    console.log(
      `${count} waiting: all submitted after ${(waitingAfter / 1_000).toFixed(1)} s, ${memory} MB, ` +
        `${(idle * 100).toFixed(2)} % of a core idle, callback to result p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
