import type { Clock } from '@likeness/core'

interface Sleeper {
  readonly at: number
  wake(): void
}

/** A clock that only its test moves. */
export interface TestClock extends Clock {
  /** Lets everything run that can at this time. */
  flush(): Promise<void>
  /** Moves on, to each sleeper in turn. */
  advance(ms: number): Promise<void>
  /** Moves on until the condition holds. @throws Error after so many milliseconds, or where nobody sleeps */
  until(condition: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>
  /** Is set to another time, as by a person; who sleeps does so for as long as before. */
  set(ms: number): void
}

export function createTestClock(start = Date.parse('2026-01-01T00:00:00.000Z')): TestClock {
  /** Of sleeping: goes on whatever the clock is set to. */
  let elapsed = 0
  let offset = start
  const sleepers = new Set<Sleeper>()

  async function flush(): Promise<void> {
    for (let i = 0; i < 8; i += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  function next(): Sleeper | undefined {
    return [...sleepers].sort((one, other) => one.at - other.at)[0]
  }

  async function advance(ms: number): Promise<void> {
    const target = elapsed + ms
    await flush()
    for (let sleeper = next(); sleeper !== undefined && sleeper.at <= target; sleeper = next()) {
      elapsed = Math.max(elapsed, sleeper.at)
      sleepers.delete(sleeper)
      sleeper.wake()
      await flush()
    }
    elapsed = target
  }

  return {
    now: () => offset + elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = { at: elapsed + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    flush,
    advance,
    async until(condition, withinMs = 7 * 24 * 3_600_000) {
      const limit = elapsed + withinMs
      for (await flush(); !(await condition()); await flush()) {
        const sleeper = next()
        if (sleeper === undefined) throw new Error('Nobody sleeps, and the condition does not hold.')
        if (sleeper.at > limit) throw new Error(`The condition does not hold after ${withinMs} ms.`)
        await advance(Math.max(0, sleeper.at - elapsed))
      }
    },
    set(ms) {
      offset = ms - elapsed
    },
  }
}
