import { setImmediate as turn } from 'node:timers/promises'
import { createVirtualClock, type SchedulingClock } from '@likeness/emulator'

/** A virtual clock that stands still while any request is under way, so that latencies hold no trace of the machine. */
export interface SettledClock extends SchedulingClock {
  /** Keeps the clock still until the work is done. */
  during<Result>(work: () => Promise<Result>): Promise<Result>
}

interface Sleeper {
  readonly dueAt: number
  wake(): void
}

/** What follows an answer (reading its body, telling listeners) takes a few turns of the event loop. */
const QUIET_TURNS = 4

export function createSettledClock(): SettledClock {
  const clock = createVirtualClock()
  const sleepers = new Set<Sleeper>()
  let underWay = 0
  let driving = false

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await turn()
      if (underWay > 0) quiet = -1
    }
  }
  function earliest(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) if (first === undefined || sleeper.dueAt < first.dueAt) first = sleeper
    return first
  }
  async function drive(): Promise<void> {
    if (driving) return
    driving = true
    for (await settle(); ; await settle()) {
      const next = earliest()
      if (next === undefined) break
      sleepers.delete(next)
      await clock.advance(Math.max(0, next.dueAt - clock.now()))
      next.wake()
    }
    driving = false
  }

  return {
    now: () => clock.now(),
    schedule: (dueAt, task) => clock.schedule(dueAt, task),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          dueAt: clock.now() + Math.max(0, ms),
          wake() {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort, { once: true })
        drive().catch(reject)
      })
    },
    async during(work) {
      underWay += 1
      try {
        return await work()
      } finally {
        underWay -= 1
      }
    },
  }
}
