import { sql } from 'kysely'
import type { JobDatabase, Tx } from '../database/database.js'
import { whole } from '../database/whole.js'
import { occupyingStates } from '../states.js'
import { timeOf } from '../store/rows.js'
import type { Limits } from './limits.js'

/** Makes the row where it is missing, and locks it until the transaction ends. */
async function locked(account: string, what: string, dialect: JobDatabase['dialect'], tx: Tx) {
  await tx
    .insertInto('likeness_account_limit')
    .values({ account, what, tat: 0, blocked_until: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = tx
    .selectFrom('likeness_account_limit')
    .select(['tat', 'blocked_until'])
    .where('account', '=', account)
    .where('what', '=', what)
  // A transaction of SQLite has the whole database to itself.
  return (dialect === 'postgres' ? row.forUpdate() : row).executeTakeFirstOrThrow()
}

/**
 * Limits of vendor accounts in the database. Rates are GCRA: a row has one time, that at which the rate would be idle
 * again, so that requests come evenly and not in the windows of a counter. Places are counted as rows of jobs: nothing
 * is lent out that a process which dies could keep.
 */
export function createLimits({ dialect, clock }: JobDatabase): Limits {
  return {
    async take(account, what, rate, tx) {
      if (rate === undefined) {
        // Nothing is counted, so that nobody has to wait for the row.
        const row = await tx
          .selectFrom('likeness_account_limit')
          .select('blocked_until')
          .where('account', '=', account)
          .where('what', '=', what)
          .executeTakeFirst()
        return Math.max(0, (row?.blocked_until ?? 0) - timeOf(clock))
      }
      const { tat, blocked_until } = await locked(account, what, dialect, tx)
      // After waiting for the lock: a time from before it would be too early.
      const now = timeOf(clock)
      if (blocked_until > now) return blocked_until - now
      const interval = Math.ceil(rate.perMs / rate.count)
      // A clock that was set back must not make anyone wait for longer than the whole rate allows.
      const idleAt = Math.min(Math.max(tat, now), now + interval * ((rate.burst ?? 1) + 1))
      const wait = idleAt - now - interval * ((rate.burst ?? 1) - 1)
      if (wait > 0) return wait
      await tx
        .updateTable('likeness_account_limit')
        .set({ tat: idleAt + interval })
        .where('account', '=', account)
        .where('what', '=', what)
        .execute()
      return 0
    },
    async hasPlace(account, concurrentJobs, tx) {
      if (concurrentJobs === undefined) return true
      await locked(account, 'place', dialect, tx)
      const { taken } = await tx
        .selectFrom('likeness_job')
        .select(({ fn }) => fn.countAll<number>().as('taken'))
        .where('account', '=', account)
        .where('state', 'in', occupyingStates)
        .executeTakeFirstOrThrow()
      return taken < concurrentJobs
    },
    async block(account, what, until, tx) {
      await locked(account, what, dialect, tx)
      await tx
        .updateTable('likeness_account_limit')
        .set({
          blocked_until: sql<number>`case when blocked_until > ${whole(until)} then blocked_until else ${whole(until)} end`,
        })
        .where('account', '=', account)
        .where('what', '=', what)
        .execute()
    },
  }
}
