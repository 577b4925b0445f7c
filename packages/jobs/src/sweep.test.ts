import { describe, expect, it } from 'vitest'
import { createTestWorld } from './test-world.js'
import type { Wakeups } from './wakeups/wakeups.js'

/** Wakes nobody but by what is armed at once; what it should do later is lost. */
function forgetful(): Wakeups & { readonly lost: number } {
  let tick: ((job: string) => Promise<void>) | undefined
  let lost = 0
  return {
    get lost() {
      return lost
    },
    async start(given) {
      tick = given
    },
    async arm(job) {
      lost += 1
      // Every second one is lost.
      if (lost % 2 === 0) setImmediate(() => void tick?.(job))
    },
    async disarm() {},
    async stop() {},
  }
}

describe('the sweep', () => {
  it('sees jobs to their end although wakes are lost', async () => {
    const wakeups = forgetful()
    const { create, reach, vendor, clock, key } = await createTestWorld({ wakeups })
    const ids: string[] = []
    for (let i = 0; i < 5; i += 1) ids.push((await create()).id)
    for (const id of ids) await reach(id, 'running')
    for (const id of ids) vendor.finish(key(id))
    for (const id of ids) await reach(id, 'succeeded')
    expect(wakeups.lost).toBeGreaterThan(10)
    expect(vendor.submits).toHaveLength(5)
    await clock.flush()
  })

  it('looks at all jobs once where the clock was set back', async () => {
    const { create, reach, vendor, clock, key, warnings } = await createTestWorld()
    const { id } = await create()
    await reach(id, 'running')
    await clock.advance(20_000)
    clock.set(clock.now() - 6 * 3_600_000)
    vendor.finish(key(id))
    const at = clock.now()
    await reach(id, 'succeeded')
    expect(clock.now() - at).toBeLessThanOrEqual(20_000)
    expect(warnings.join()).toContain('set back')
  })

  it('does nothing twice where the clock is set forward amid a submit', async () => {
    const { create, reach, vendor, clock, key } = await createTestWorld()
    vendor.afterAccepted = () => clock.sleep(15_000)
    const { id } = await create()
    await clock.advance(1_000)
    clock.set(clock.now() + 2 * 3_600_000)
    await clock.advance(13_000)
    expect(vendor.calls).toEqual(['submit'])
    await reach(id, 'running')
    vendor.finish(key(id))
    await reach(id, 'succeeded')
    expect(vendor.submits).toEqual([key(id)])
  })

  it('finds jobs past their deadline that wait for long', async () => {
    const world = await createTestWorld({ deadlineMs: 60_000 })
    const { create, reach, vendor, jobs, clock, now } = world
    vendor.work.pollAfterMs = () => 3_600_000
    const { id } = await create()
    await reach(id, 'running')
    await world.database.kysely
      .updateTable('likeness_job')
      .set({ due: clock.now() + 3_600_000 })
      .execute()
    await clock.advance(50_000)
    expect(await jobs.sweep()).toMatchObject({ overdue: 0 })
    await clock.advance(30_000)
    expect(await now(id)).toMatchObject({ state: 'failed', error: { kind: 'timeout' } })
  })
})
