import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '@likeness/core'

/** A clock that stands still until someone sleeps on it, and then jumps to when the first sleeper is due. */
export interface VirtualClock extends Clock {
  /** Runs `task` when the clock gets there; it is awaited before the clock moves on. It does not move the clock. */
  schedule(ms: number, task: () => Promise<void> | void): void
}

interface Alarm {
  readonly dueAt: number
  readonly moves: boolean
  ring(): Promise<void> | void
}

/** @param start - milliseconds since the epoch @default 2026-01-01T00:00:00Z */
export function createVirtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start
  let moving = false
  const alarms = new Set<Alarm>()

  function first(): Alarm | undefined {
    let earliest: Alarm | undefined
    for (const alarm of alarms) if (earliest === undefined || alarm.dueAt < earliest.dueAt) earliest = alarm
    return earliest
  }

  async function move(): Promise<void> {
    if (moving) return
    moving = true
    try {
      for (;;) {
        // Whoever can go on without time passing does so first, and may go to sleep as well.
        await turn()
        const next = first()
        if (next === undefined || ![...alarms].some(({ moves }) => moves)) return
        alarms.delete(next)
        now = Math.max(now, next.dueAt)
        await next.ring()
      }
    } finally {
      moving = false
    }
  }

  return {
    now: () => now,
    schedule(ms, task) {
      alarms.add({ dueAt: now + ms, moves: false, ring: task })
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          alarms.delete(alarm)
          reject(signal?.reason)
        }
        const alarm: Alarm = {
          dueAt: now + Math.max(0, ms),
          moves: true,
          ring() {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        alarms.add(alarm)
        signal?.addEventListener('abort', abort, { once: true })
        move().catch(reject)
      })
    },
  }
}
