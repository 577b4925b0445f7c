import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { paidKeyOf } from '../ids.js'
import type { JobState } from '../states.js'
import { postgresMissing, startPostgres, type TestPostgres, tellSkipped } from '../test-postgres.js'
import { type FakeVendor, startFakeVendor } from './test-fake-vendor.js'
import { killAll, startWorker, type Worker, type WorkerSettings } from './test-worker.js'

/** Each takes a second; `LIKENESS_KILLS=15` tries as many. */
const kills = Number(process.env.LIKENESS_KILLS ?? 3)
/** Longer than any test waits: what ends a job before is not the poll. */
const neverMs = 600_000

let folder: string
let postgres: TestPostgres | undefined
let databases = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-conformance-'))
})
afterAll(async () => {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

const targets = [
  {
    name: 'SQLite',
    missing: undefined,
    shared: false,
    async open() {
      databases += 1
      return join(folder, `jobs-${databases}.sqlite`)
    },
  },
  {
    name: 'Postgres with pg-boss',
    missing: postgresMissing(),
    shared: true,
    async open() {
      postgres ??= await startPostgres()
      return postgres.database()
    },
  },
]

async function until(
  condition: () => boolean | Promise<boolean>,
  what: () => string,
  withinMs = 25_000,
): Promise<void> {
  const limit = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`Not after ${withinMs} ms: ${what()}`)
    await pause(20)
  }
}

const wanted = { kind: 'generation', provider: 'fake', request: { prompt: 'a robot' } } as const

/** The most of some times that lie within one second. */
function mostInOneSecond(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other)
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1_000).length))
}

describe.each(targets)('durable jobs on $name', ({ missing, shared, open }) => {
  if (missing !== undefined) {
    tellSkipped('durable jobs', missing)
    it.skip(`not tested: ${missing}`, () => {})
    return
  }

  let vendor: FakeVendor
  let database: string
  let workers: Worker[]
  beforeEach(async () => {
    vendor = await startFakeVendor()
    database = await open()
    workers = []
  })
  afterEach(async () => {
    killAll()
    await vendor.close()
    // What is put right again by the sweep was wrong all the same.
    expect(told()).toBe('')
  })

  async function start(settings: WorkerSettings = {}): Promise<Worker> {
    const worker = await startWorker(database, vendor.url, settings)
    workers.push(worker)
    return worker
  }

  const told = () => workers.map((worker) => worker.told()).join('')

  async function createMany({ jobs }: Worker, count: number): Promise<string[]> {
    const made = await Promise.all(Array.from({ length: count }, () => jobs.create(wanted)))
    return made.map(({ job }) => job.id)
  }

  async function allIn({ jobs }: Worker, state: JobState, count: number, withinMs?: number): Promise<void> {
    let counts: Readonly<Record<JobState, number>> | undefined
    await until(
      async () => {
        counts = await jobs.counts()
        return counts[state] === count
      },
      () => `${count} ${state}, but ${JSON.stringify(counts)}; ${told()}`,
      withinMs,
    )
  }

  const duplicates = () => vendor.submits.length - new Set(vendor.submits).size

  it('go on after a kill while they wait, with no second submit', async () => {
    const first = await start()
    await createMany(first, 20)
    await allIn(first, 'running', 20)
    await first.kill()
    const second = await start()
    vendor.finish()
    await allIn(second, 'succeeded', 20)
    expect(vendor.submits).toHaveLength(20)
  })

  it('are found after a kill between the vendor accepting and the answer', async () => {
    vendor.mode.answerMs = 'never'
    const first = await start()
    await createMany(first, 5)
    await until(() => vendor.submits.length === 5, told)
    await first.kill()
    vendor.mode.answerMs = 0
    const second = await start()
    await allIn(second, 'running', 5)
    vendor.finish()
    await allIn(second, 'succeeded', 5)
    expect(vendor.submits).toHaveLength(5)
  })

  it('are unknown, and not sent again, where the vendor cannot be asked after such a kill', async () => {
    vendor.mode.answerMs = 'never'
    const first = await start({ canBeAsked: false })
    await createMany(first, 5)
    await until(() => vendor.submits.length === 5, told)
    await first.kill()
    vendor.mode.answerMs = 0
    const second = await start({ canBeAsked: false })
    await allIn(second, 'unknown', 5)
    expect(vendor.submits).toHaveLength(5)
  })

  it('hear a callback that is faster than the answer to the submit', async () => {
    vendor.mode.answerMs = 700
    const worker = await start({ pollMs: neverMs })
    const [id = ''] = await createMany(worker, 1)
    await until(() => vendor.submits.length === 1, told)
    vendor.finish()
    const jobId = vendor.idOf(paidKeyOf(id)) ?? ''
    expect(await worker.jobs.receive({ provider: 'fake', eventId: 'early', jobId })).toEqual({
      duplicate: false,
      jobs: [],
    })
    await allIn(worker, 'succeeded', 1)
    expect(await worker.jobs.inbox(id)).toMatchObject([{ eventId: 'early', seenAt: expect.any(Number) }])
  })

  it('hear a callback that comes while the vendor is being asked', async () => {
    const worker = await start({ pollMs: 1_000 })
    const [id = ''] = await createMany(worker, 1)
    await allIn(worker, 'running', 1)
    vendor.mode.statusMs = 600
    const { asked } = vendor
    await until(() => vendor.asked > asked, told)
    // The answer that is on its way says that it runs.
    vendor.finish()
    vendor.mode.statusMs = 0
    const before = vendor.asked
    await worker.jobs.receive({ provider: 'fake', eventId: 'a', jobId: vendor.idOf(paidKeyOf(id)) ?? '' })
    await allIn(worker, 'succeeded', 1)
    expect(vendor.asked).toBe(before + 1)
    expect(await worker.jobs.inbox(id)).toMatchObject([{ seenAt: expect.any(Number) }])
  })

  it('are submitted once for 21 creates with one key', async () => {
    // Both make the tables at the same time.
    const [worker, other = worker] = await Promise.all(shared ? [start(), start()] : [start()])
    if (worker === undefined || other === undefined) throw new Error('no worker')
    const creates = Array.from({ length: 21 }, (_, index) =>
      (index % 2 === 0 ? worker : other).jobs.create({ ...wanted, idempotencyKey: 'one' }),
    )
    const made = await Promise.all(creates)
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1)
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    await allIn(worker, 'running', 1)
    vendor.finish()
    await allIn(worker, 'succeeded', 1)
    expect(vendor.submits).toHaveLength(1)
  })

  it('can be stopped in every state', async () => {
    const worker = await start({ limits: { concurrentJobs: 2 } })
    const [running = ''] = await createMany(worker, 1)
    await allIn(worker, 'running', 1)
    vendor.mode.answerMs = 500
    const [submitting = ''] = await createMany(worker, 1)
    await until(() => vendor.submits.length === 2, told)
    const [queued = ''] = await createMany(worker, 1)
    for (const id of [queued, submitting, running]) await worker.jobs.cancel(id, 'ann')
    await allIn(worker, 'canceled', 3)
    for (const id of [queued, submitting, running]) {
      expect(await worker.jobs.get(id)).toMatchObject({ state: 'canceled', cancellation: { by: 'ann' } })
      expect((await worker.jobs.trail(id)).map(({ by }) => by)).toContain('ann')
    }
    expect(vendor.submits).toHaveLength(2)
  })

  it('keep to the limits of an account', { timeout: 60_000 }, async () => {
    const settings = { limits: { concurrentJobs: 3, submits: { count: 10, perMs: 1_000 } }, pollMs: 50 }
    vendor.mode.durationMs = 150
    const one = await start(settings)
    const other = shared ? await start(settings) : one
    await createMany(one, 15)
    await createMany(other, 15)
    await allIn(one, 'succeeded', 30, 50_000)
    expect(mostInOneSecond(vendor.sentAt)).toBeLessThanOrEqual(11)
    expect(vendor.mostAtOnce).toBeLessThanOrEqual(3)
    expect(vendor.submits).toHaveLength(30)
  })

  it.runIf(shared)('are taken over by another process', async () => {
    const first = await start({ name: 'first' })
    await createMany(first, 20)
    await allIn(first, 'running', 20)
    vendor.mode.answerMs = 'never'
    await createMany(first, 3)
    await until(() => vendor.submits.length === 23, told)
    const second = await start({ name: 'second' })
    await first.kill()
    vendor.finish()
    await allIn(second, 'succeeded', 23)
    expect(vendor.submits).toHaveLength(23)
  })

  it.runIf(shared)('go on while processes are replaced one after the other', { timeout: 60_000 }, async () => {
    vendor.mode.answerMs = 200
    vendor.mode.durationMs = 300
    const front = await start({ works: false })
    let serving: Worker[] = await Promise.all([start(), start()])
    const made: Promise<string[]>[] = []
    for (let i = 0; i < 4; i += 1) {
      made.push(createMany(front, 15))
      await pause(200)
      const [oldest, other] = serving
      const next = await start()
      await oldest?.close()
      serving = other === undefined ? [next] : [other, next]
    }
    expect((await Promise.all(made)).flat()).toHaveLength(60)
    await allIn(front, 'succeeded', 60)
    expect({ submits: vendor.submits.length, duplicates: duplicates() }).toEqual({ submits: 60, duplicates: 0 })
  })

  it.runIf(shared)('made by a process that does none are done by another', async () => {
    const front = await start({ works: false })
    await createMany(front, 3)
    const worker = await start()
    await allIn(front, 'running', 3)
    const [late = ''] = await createMany(front, 1)
    await until(async () => (await front.jobs.get(late))?.state === 'running', told)
    vendor.finish()
    await allIn(front, 'succeeded', 4)
    await worker.close()
    await front.close()
  })

  it(
    `survive ${kills} kills: 100 jobs, 100 submits, none twice`,
    async () => {
      vendor.mode.answerMs = 300
      vendor.mode.durationMs = 500
      const front = await start()
      await createMany(front, 100)
      await front.kill()
      for (let i = 0; i < kills; i += 1) {
        const worker = await start()
        await pause(200 + 700 * Math.random())
        await worker.kill()
      }
      const last = await start()
      await allIn(last, 'succeeded', 100, 60_000)
      expect({ submits: vendor.submits.length, duplicates: duplicates() }).toEqual({ submits: 100, duplicates: 0 })
      await last.close()
    },
    90_000 + kills * 5_000,
  )
})
