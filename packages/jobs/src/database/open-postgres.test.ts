import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../test-clock.js'
import { correctedClock } from './database-clock.js'
import { openPostgres } from './open-postgres.js'

describe('openPostgres', () => {
  it('says that the database cannot be reached, and not with which password', async () => {
    const error: unknown = await openPostgres({ url: 'postgres://ann:hunter2@127.0.0.1:1/jobs' }).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('ECONNREFUSED') })
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2')
  })
})

describe('a corrected clock', () => {
  it('goes by the other one, as it was when it was read', async () => {
    const own = createTestClock(1_000_000)
    const clock = correctedClock(async () => {
      // The answer was made half way through.
      await own.advance(20)
      const time = own.now() + 5_000
      await own.advance(20)
      return time
    }, own)
    await clock.synchronize()
    expect(clock.now()).toBe(own.now() + 5_000)
    await own.advance(1_000)
    expect(clock.now()).toBe(own.now() + 5_000)
  })
})
