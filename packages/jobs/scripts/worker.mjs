// A process that does jobs at the fake vendor of the conformance tests, and takes calls of `Jobs` from its parent.
// DATABASE: a path or a postgres: URL. VENDOR: the vendor's address. SETTINGS: JSON.
import { LikenessError } from '@likeness/core'
import { createJobs, openPgBossWakeups, openPostgres, openSqlite } from '../dist/index.js'

const { DATABASE: target, VENDOR: vendor } = process.env
const settings = JSON.parse(process.env.SETTINGS ?? '{}')

const failure = (kind, billed, cause) =>
  new LikenessError({ kind, message: `The vendor: ${kind}.`, provider: 'fake', billed, cause })

async function ask(method, path, body, signal) {
  const response = await fetch(`${vendor}${path}`, { method, body: body && JSON.stringify(body), signal })
  if (response.status === 404) return undefined
  if (!response.ok) throw failure('unavailable', 'no')
  return response.json()
}

/** @type {import('../dist/index.js').JobWork} */
const work = {
  async submit(job, { idempotencyKey, abortSignal }) {
    try {
      const { id } = await ask('POST', '/jobs', { key: idempotencyKey, sentAt: job.sentAt }, abortSignal)
      return { handle: handleOf(job, id, idempotencyKey) }
    } catch (error) {
      if (error.cause?.code === 'ECONNREFUSED') throw failure('network', 'no', error)
      throw LikenessError.is(error) ? error : failure('outcome-unknown', 'maybe', error)
    }
  },
  ...(settings.canBeAsked !== false && {
    async find(job, { idempotencyKey, abortSignal }) {
      const found = await ask('GET', `/jobs?key=${idempotencyKey}`, undefined, abortSignal).catch((error) => {
        throw failure('network', 'no', error)
      })
      if (found === undefined) return { answer: 'none' }
      return { answer: 'found', handle: handleOf(job, found.id, idempotencyKey) }
    },
  }),
  async status({ handle }, { abortSignal }) {
    const status = await ask('GET', `/jobs/${handle.id}`, undefined, abortSignal).catch((error) => {
      throw failure('network', 'no', error)
    })
    return status === undefined ? { state: 'expired' } : status
  },
  async cancel({ handle }, { abortSignal }) {
    await ask('POST', `/jobs/${handle.id}/cancel`, {}, abortSignal)
    return 'canceled'
  },
  collect: async (_, { images }) => ({ urls: images.map(({ url }) => url) }),
  pollAfterMs: () => settings.pollMs ?? 200,
  deadlineMs: () => 3_600_000,
  // The fake vendor knows at once what it has accepted.
  believedAfterMs: () => 0,
}

function handleOf(job, id, idempotencyKey) {
  const { kind, provider } = job
  return { version: 1, kind, provider, id, idempotencyKey, startedAt: new Date().toISOString(), data: {} }
}

const postgres = target.startsWith('postgres:')
const onWarning = (message) => process.stderr.write(`${message}\n`)
const database = postgres ? await openPostgres({ url: target }) : await openSqlite({ path: target })
const wakeups = postgres ? await openPgBossWakeups({ database, url: target, onWarning }) : undefined
const limits = () => settings.limits ?? {}
const { leaseMs = 2_000, sweepMs = 1_000, name } = settings
const jobs = createJobs({ database, wakeups, work, limits, leaseMs, sweepMs, name, onWarning })

process.on('message', async ({ call, method, args }) => {
  try {
    if (method === 'close') {
      await jobs.stop(args[0])
      await database.close()
      process.send({ call })
      process.disconnect()
    } else process.send({ call, value: await jobs[method](...args) })
  } catch (error) {
    process.send({ call, error: LikenessError.is(error) ? error.toJSON() : { message: String(error) } })
  }
})
// Without its parent it has nothing to do.
process.on('disconnect', () => process.exit())

if (settings.works !== false) await jobs.start()
process.send({ ready: true })
