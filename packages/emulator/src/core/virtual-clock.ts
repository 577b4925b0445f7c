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

  function add(ms: number, sleeper: boolean, ring: Alarm['ring']): Alarm {
    const alarm = { dueAt: now + Math.max(0, ms), order: order++, sleeper, ring }
    alarms.add(alarm)
    return alarm
  }

  function earliest(accept: (alarm: Alarm) => boolean): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of alarms) {
      if (!accept(alarm)) continue
      if (first === undefined || alarm.dueAt < first.dueAt || (alarm.dueAt === first.dueAt && alarm.order < first.order))
        first = alarm
    }
    return first
  }

  /** Rings everything due by `until`. A task is awaited unless it, or someone else, goes to sleep meanwhile: then the
   * clock must be free to move, or it would wait for itself. */
  async function ringUntil(until: number, accept: (alarm: Alarm) => boolean): Promise<void> {
    for (;;) {
      const alarm = earliest((candidate) => candidate.dueAt <= until && accept(candidate))
      if (alarm === undefined) break
      alarms.delete(alarm)
      now = Math.max(now, alarm.dueAt)
      const interrupted = new Promise<void>((resolve) => {
        fellAsleep = resolve
      })
      await Promise.race([alarm.ring(), interrupted])
      if (alarm.sleeper) await turn()
    }
    now = Math.max(now, until)
  }

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      for (;;) {
        await turn()
        const next = earliest((alarm) => alarm.sleeper)
        if (next === undefined) return
        await ringUntil(next.dueAt, (alarm) => !alarm.sleeper && alarm.dueAt <= next.dueAt)
        if (alarms.delete(next)) await next.ring()
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
    async advance(ms) {
      await ringUntil(now + ms, () => true)
    },
  }
}
