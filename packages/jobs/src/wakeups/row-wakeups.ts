import type { Clock } from '@likeness/core'
import type { JobId } from '../job.js'
import type { Store } from '../store/store.js'
import { createInFlight } from './in-flight.js'
import type { Wakeups } from './wakeups.js'

/** How the rows are watched. */
export interface RowWakeupsSettings {
  readonly store: Pick<Store, 'late' | 'nextDue'>
  readonly clock: Clock
  /** Ticks at the same time. @default 20 */
  readonly concurrency?: number | undefined
  /**
   * How often to look where nothing is known to be due, in milliseconds. Only other processes make that necessary.
   *
   * @default 5_000
   */
  readonly idleMs?: number | undefined
  /** @default a process warning */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** A sleep that can be ended from outside. */
function createNap(clock: Clock) {
  let wake: (() => void) | undefined
  let until = Number.NEGATIVE_INFINITY
  return {
    /** Ends the sleep where it would last beyond that time; the next one where nobody sleeps. */
    kick(at: number) {
      if (wake === undefined) until = Math.min(until, at)
      else if (at < until) wake()
    },
    async sleep(target: number): Promise<void> {
      // Kicked since it was last awake.
      const kicked = until
      until = target
      if (kicked < target || target <= clock.now()) return
      const over = new AbortController()
      wake = () => over.abort()
      await clock.sleep(Math.max(0, target - clock.now()), over.signal).catch((error: unknown) => {
        if (!over.signal.aborted) throw error
      })
      wake = undefined
    },
    /** From now on kicks count for the next sleep. */
    rest() {
      until = Number.POSITIVE_INFINITY
    },
  }
}

/**
 * Wake-ups by the jobs' rows alone: one loop that sleeps until the next row is due, and is kicked when an earlier one
 * is written in this process. For one process on SQLite; on Postgres it works for several too, each looking every
 * `idleMs`.
 */
export function createRowWakeups(settings: RowWakeupsSettings): Wakeups {
  const {
    store,
    clock,
    concurrency = 20,
    idleMs = 5_000,
    onWarning = (message) => process.emitWarning(message),
  } = settings
  const nap = createNap(clock)
  const flight = createInFlight(clock, (job, error) => onWarning(`Looking at ${job} failed: ${String(error)}`))
  let stopped = false
  let loop: Promise<void> | undefined

  /** Starts what is due. Returns when to look again. */
  async function look(tick: (job: JobId) => Promise<void>): Promise<number> {
    const free = concurrency - flight.size
    // Those in flight may not have taken their leases yet, and are due until they have.
    const due = free > 0 ? await store.late(0, free + flight.size) : []
    const fresh = due.filter(({ id }) => !flight.has(id)).slice(0, free)
    for (const { id } of fresh) void flight.run(id, tick).then(() => nap.kick(clock.now()))
    const idleAt = clock.now() + idleMs
    if (fresh.length > 0 || free <= 0) return fresh.length === free || free <= 0 ? idleAt : clock.now()
    const next = await store.nextDue()
    if (next === undefined) return idleAt
    if (next > clock.now()) return Math.min(next, idleAt)
    // Either it is in flight, and its end kicks, or it has become due since the first question.
    const missed = (await store.late(0, free + flight.size)).some(({ id }) => !flight.has(id))
    return missed ? clock.now() : idleAt
  }

  async function run(tick: (job: JobId) => Promise<void>): Promise<void> {
    while (!stopped) {
      nap.rest()
      let again: number
      try {
        again = await look(tick)
      } catch (error) {
        onWarning(`The jobs that are due could not be read: ${String(error)}`)
        again = clock.now() + 1_000
      }
      if (!stopped) await nap.sleep(again)
    }
  }

  return {
    async start(tick) {
      loop = run(tick)
    },
    async arm(_, at) {
      nap.kick(at)
    },
    async disarm() {},
    async stop(graceMs) {
      stopped = true
      nap.kick(Number.NEGATIVE_INFINITY)
      await loop
      await flight.settled(graceMs)
    },
  }
}
