import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../test-clock.js'
import { createRowWakeups } from './row-wakeups.js'

/** Rows of which a test says when they are due. */
function open(concurrency?: number) {
  const clock = createTestClock()
  const due = new Map<string, number>()
  const ticks: string[] = []
  const warnings: string[] = []
  let asked = 0
  const store = {
    async late() {
      asked += 1
      return [...due].filter(([, at]) => at <= clock.now()).map(([id, at]) => ({ id, due: at }))
    },
    async nextDue() {
      return due.size === 0 ? undefined : Math.min(...due.values())
    },
  }
  const wakeups = createRowWakeups({ store, clock, concurrency, onWarning: (message) => void warnings.push(message) })
  const tick = async (id: string) => {
    ticks.push(id)
    due.delete(id)
  }
  async function start(given: (id: string) => Promise<void> = tick) {
    await wakeups.start(given)
    onTestFinished(async () => {
      const stopped = wakeups.stop(0)
      await clock.advance(10_000)
      await stopped
    })
  }
  return { clock, due, ticks, store, wakeups, tick, start, warnings, asked: () => asked }
}

// What it is called with is of no matter: nothing is written.
const tx = undefined as never

describe('wake-ups by rows', () => {
  it('come when a row is due, and nobody looks in between', async () => {
    const { clock, due, ticks, start, asked } = open()
    due.set('a', clock.now() + 4_000)
    await start()
    await clock.advance(3_999)
    expect(ticks).toEqual([])
    const before = asked()
    await clock.advance(1)
    expect(ticks).toEqual(['a'])
    expect(before).toBeLessThanOrEqual(2)
  })

  it('come at once for what is written in this process', async () => {
    const { clock, due, ticks, start, wakeups } = open()
    await start()
    await clock.flush()
    due.set('a', clock.now())
    await wakeups.arm('a', clock.now(), tx)
    await clock.flush()
    expect(ticks).toEqual(['a'])
  })

  it('come for a row that becomes due between two questions', async () => {
    const { clock, due, ticks, start, store } = open()
    const { nextDue } = store
    store.nextDue = async () => {
      store.nextDue = nextDue
      // Not there when the first question was asked, and nobody has told.
      due.set('a', clock.now())
      return clock.now()
    }
    await start()
    await clock.advance(0)
    await clock.flush()
    expect(ticks).toEqual(['a'])
  })

  it('come for what is told while the rows are being read', async () => {
    const { clock, due, ticks, start, store, wakeups } = open()
    const { nextDue } = store
    store.nextDue = async () => {
      store.nextDue = nextDue
      due.set('a', clock.now())
      await wakeups.arm('a', clock.now(), tx)
      return undefined
    }
    await start()
    await clock.flush()
    expect(ticks).toEqual(['a'])
  })

  it('are no more at a time than there may be, and none is forgotten', async () => {
    const { clock, due, start } = open(3)
    for (let i = 0; i < 10; i += 1) due.set(`job-${i}`, clock.now())
    let running = 0
    let most = 0
    let done = 0
    await start(async (id) => {
      running += 1
      most = Math.max(most, running)
      await clock.sleep(100)
      running -= 1
      done += 1
      due.delete(id)
    })
    await clock.advance(1_000)
    expect({ most, done }).toEqual({ most: 3, done: 10 })
  })

  it('go on after the database has failed', async () => {
    const { clock, due, ticks, start, store, warnings } = open()
    const { late } = store
    store.late = async () => {
      store.late = late
      throw new Error('database is locked')
    }
    due.set('a', clock.now())
    await start()
    await clock.advance(1_000)
    expect(ticks).toEqual(['a'])
    expect(warnings.join()).toContain('database is locked')
  })
})
