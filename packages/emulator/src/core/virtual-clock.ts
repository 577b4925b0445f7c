import { setImmediate as turn } from 'node:timers/promises'
import type { SchedulingClock } from './clock.js'

/**
 * A clock that moves only when someone waits on it.
 *
 * `sleep(ms)` moves it: after a turn of the event loop (so that others can go to sleep too) the sleeper that is due
 * first wakes, and the clock stands at its time. `schedule` does not move it: tasks run, awaited and in order, when a
 * sleeper or `advance` takes the clock past them. So a poll loop under test runs at full speed, and a job that nobody
 * waits for stays where it is.
 */
export interface VirtualClock extends SchedulingClock {
  /** Moves the clock by `ms`, running what falls due on the way, in order, each awaited. */
  advance(ms: number): Promise<void>
}

interface Alarm {
  readonly dueAt: number
  readonly order: number
  readonly sleeper: boolean
  ring(): void | Promise<void>
}

/** Starts at `start`, by default 2026-01-01T00:00:00Z. */
export function createVirtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start
  let order = 0
  let pumping = false
  let fellAsleep: () => void = () => {}
  const alarms = new Set<Alarm>()
  const held = new Set<Promise<unknown>>()

  function add(ms: number, sleeper: boolean, ring: Alarm['ring']): Alarm {
    const alarm = { dueAt: now + Math.max(0, ms), order: order++, sleeper, ring }
    alarms.add(alarm)
    return alarm
  }

  /** What is due first by `until`. At the same time tasks come before sleepers, then the elder before the younger. */
  function earliest(until: number, accept: (alarm: Alarm) => boolean = () => true): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of alarms) {
      if (alarm.dueAt > until || !accept(alarm)) continue
      if (first === undefined || comesBefore(alarm, first)) first = alarm
    }
    return first
  }

  /** Moves the clock to the alarm and rings it. A task is awaited, unless it, or someone else, goes to sleep meanwhile:
   * then the clock must be free to move, or it would wait for itself. */
  async function ring(alarm: Alarm): Promise<void> {
    alarms.delete(alarm)
    now = Math.max(now, alarm.dueAt)
    const interrupted = new Promise<void>((resolve) => {
      fellAsleep = resolve
    })
    await Promise.race([alarm.ring(), interrupted])
  }

  /** Runs as long as anyone sleeps. */
  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      for (;;) {
        await turn()
        while (held.size > 0) await Promise.allSettled(held)
        const sleeper = earliest(Number.POSITIVE_INFINITY, (alarm) => alarm.sleeper)
        if (sleeper === undefined) return
        await ring(earliest(sleeper.dueAt) ?? sleeper)
      }
    } finally {
      pumping = false
    }
  }

  return {
    now: () => now,
    schedule(dueAt, task) {
      const alarm = add(dueAt - now, false, task)
      return () => void alarms.delete(alarm)
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const alarm = add(ms, true, () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        })
        const abort = () => {
          alarms.delete(alarm)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abort, { once: true })
        fellAsleep()
        pump().catch(reject)
      })
    },
    async hold(work) {
      held.add(work)
      try {
        return await work
      } finally {
        held.delete(work)
      }
    },
    async advance(ms) {
      const until = now + ms
      for (let due = earliest(until); due !== undefined; due = earliest(until)) {
        await ring(due)
        await turn()
        while (held.size > 0) await Promise.allSettled(held)
      }
      now = Math.max(now, until)
    },
  }
}

function comesBefore(one: Alarm, other: Alarm): boolean {
  if (one.dueAt !== other.dueAt) return one.dueAt < other.dueAt
  if (one.sleeper !== other.sleeper) return other.sleeper
  return one.order < other.order
}
