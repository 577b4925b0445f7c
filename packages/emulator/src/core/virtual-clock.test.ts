import { describe, expect, it } from 'vitest'
import { createVirtualClock } from './virtual-clock.js'

describe('the virtual clock', () => {
  it('moves when someone sleeps on it, to the sleeper that is due first', async () => {
    const clock = createVirtualClock(1_000)
    const woken: [string, number][] = []
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms)
      woken.push([name, clock.now()])
    }
    await Promise.all([sleep('late', 3_600_000), sleep('soon', 10), sleep('next', 500)])
    expect(woken).toEqual([
      ['soon', 1_010],
      ['next', 1_500],
      ['late', 3_601_000],
    ])
  })

  it('keeps order when a sleeper goes to sleep again', async () => {
    const clock = createVirtualClock(0)
    const ticks: string[] = []
    const every = async (name: string, ms: number, times: number) => {
      for (let i = 0; i < times; i += 1) {
        await clock.sleep(ms)
        ticks.push(`${name}@${clock.now()}`)
      }
    }
    await Promise.all([every('a', 30, 3), every('b', 40, 2)])
    expect(ticks).toEqual(['a@30', 'b@40', 'a@60', 'b@80', 'a@90'])
  })

  it('is not moved by a scheduled task, and runs it, awaited, before a later sleeper wakes', async () => {
    const clock = createVirtualClock(0)
    const order: string[] = []
    clock.schedule(50, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      order.push(`task@${clock.now()}`)
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(clock.now()).toBe(0)
    await clock.sleep(100)
    order.push(`sleeper@${clock.now()}`)
    expect(order).toEqual(['task@50', 'sleeper@100'])
  })

  it('runs a task before a sleeper that is due at the same time, whoever came first', async () => {
    const clock = createVirtualClock(0)
    const order: string[] = []
    const sleeping = clock.sleep(50).then(() => order.push('sleeper'))
    clock.schedule(50, () => void order.push('task'))
    await sleeping
    expect(order).toEqual(['task', 'sleeper'])
  })

  it('advances over tasks that schedule tasks', async () => {
    const clock = createVirtualClock(0)
    const order: number[] = []
    clock.schedule(10, () => {
      order.push(clock.now())
      clock.schedule(20, () => void order.push(clock.now()))
      clock.schedule(2_000, () => void order.push(clock.now()))
    })
    await clock.advance(1_000)
    expect([order, clock.now()]).toEqual([[10, 20], 1_000])
  })

  it('lets a task sleep on it without waiting for itself', async () => {
    const clock = createVirtualClock(0)
    let done = 0
    clock.schedule(10, async () => {
      await clock.sleep(100)
      done = clock.now()
    })
    await clock.sleep(500)
    expect(done).toBe(110)
  })

  it('stands still while work is held, also where others poll', async () => {
    const clock = createVirtualClock(0)
    const polls: number[] = []
    const polling = (async () => {
      for (let poll = 0; poll < 3; poll += 1) {
        await clock.sleep(1_000)
        polls.push(clock.now())
      }
    })()
    const drawn = clock.hold?.(
      (async () => {
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        return [clock.now(), ...polls]
      })(),
    )
    expect(await drawn).toEqual([0])
    await polling
    expect(polls).toEqual([1_000, 2_000, 3_000])
  })

  it('goes on after held work that failed', async () => {
    const clock = createVirtualClock(0)
    const failing = clock.hold?.(Promise.reject(new Error('no picture')))
    await expect(failing).rejects.toThrow('no picture')
    await clock.sleep(10)
    expect(clock.now()).toBe(10)
  })

  it('forgets what was cancelled, and rejects an aborted sleep with its reason', async () => {
    const clock = createVirtualClock(0)
    let ran = false
    clock.schedule(10, () => {
      ran = true
    })()
    const reason = new Error('enough')
    await expect(clock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const sleeping = clock.sleep(60_000, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await clock.advance(20)
    expect([ran, clock.now()]).toEqual([false, 20])
  })
})
