import { sql } from 'kysely'
import type { JobDatabase } from '../database/database.js'
import { whole } from '../database/whole.js'
import { activeStates, finalStates, jobStates } from '../states.js'
import { claim } from './claim.js'
import { create } from './create.js'
import { receive, signal } from './inbox.js'
import { list } from './list.js'
import { remove } from './remove.js'
import { inboxEventOf, jobOf, timeOf, trailEventOf } from './rows.js'
import type { Store } from './store.js'
import { markSeen, rests, write, writeTrail } from './write.js'

/** The jobs in a database: the same statements for both dialects. */
export function createStore({ kysely, dialect, clock }: JobDatabase): Store {
  const now = () => timeOf(clock)

  return {
    clock,
    tx: (work) => kysely.transaction().execute(work),
    create: (job, tx) => create(job, now(), tx),
    async get(id) {
      const row = await kysely.selectFrom('likeness_job').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : jobOf(row)
    },
    remove: (id) => kysely.transaction().execute((tx) => remove(id, tx)),
    list: (query) => list(query, kysely),
    async trail(id) {
      const rows = await kysely
        .selectFrom('likeness_job_trail')
        .selectAll()
        .where('job_id', '=', id)
        .orderBy('seq')
        .execute()
      return rows.map(trailEventOf)
    },
    async inbox(job) {
      const all = kysely.selectFrom('likeness_inbox').selectAll().orderBy('seq')
      const rows = job === 'unmatched' ? all.where('job_id', 'is', null).limit(1_000) : all.where('job_id', '=', job)
      return (await rows.execute()).map(inboxEventOf)
    },
    claim: (id, owner, leaseMs, tx) => claim(id, owner, leaseMs, now(), dialect, tx),
    async nextDue() {
      // A lease hides its job; once it has run out, its job is due: `due` says when, unless a callback came meanwhile.
      const row = await kysely
        .selectFrom('likeness_job')
        .select('due')
        .where('due', 'is not', null)
        .where(({ eb, or, ref }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', ref('due'))]))
        .orderBy('due')
        .limit(1)
        .executeTakeFirst()
      return row?.due ?? undefined
    },
    async renew({ job, gen }, leaseMs) {
      const until = now() + leaseMs
      const row = await kysely
        .updateTable('likeness_job')
        // A callback has made it due at once: that stays.
        .set({ lease_until: until, due: sql<number>`case when due < lease_until then due else ${whole(until)} end` })
        .where('id', '=', job.id)
        .where('gen', '=', gen)
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async save(lease, patch, tx) {
      const writer = { by: lease.owner, now: now(), tx }
      const written = await write(
        lease.job,
        patch,
        () => ({}),
        (update) => update.where('gen', '=', lease.gen),
        writer,
      )
      return written && { ...lease, job: written.job }
    },
    async release(lease, patch, at, tx) {
      const writer = { by: lease.owner, now: now(), tx }
      const over = rests(patch.state ?? lease.job.state)
      const whenever = sql<number>`case when signals <> ${whole(lease.signals)} then ${whole(writer.now)} else ${whole(at)} end`
      const dueAt = (early: boolean) => (over ? null : early ? writer.now : whenever)
      const scheduling = (early: boolean) => ({ lease_until: null, lease_owner: null, due: dueAt(early) })
      const written = await write(lease.job, patch, scheduling, (update) => update.where('gen', '=', lease.gen), writer)
      if (written !== undefined && (over || patch.looked === true)) await markSeen(lease, writer)
      return written
    },
    async change(id, from, patch, due, by, tx) {
      const row = await tx.selectFrom('likeness_job').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined || !from.includes(row.state)) return undefined
      const scheduling = () => ({ lease_until: null, lease_owner: null, due: due ?? null, gen: sql<number>`gen + 1` })
      const unchanged = { state: row.state, gen: row.gen }
      const written = await write(
        jobOf(row),
        patch,
        scheduling,
        (update) => update.where('state', '=', unchanged.state).where('gen', '=', unchanged.gen),
        { by, now: now(), tx },
      )
      return written?.job
    },
    signal: (id, tx) => signal(id, now(), tx),
    async noteCancellation(id, by, tx) {
      const time = now()
      const row = await tx
        .updateTable('likeness_job')
        .set({ cancel_at: time, cancel_by: by, version: sql<number>`version + 1`, changed_at: time })
        .where('id', '=', id)
        .where('cancel_at', 'is', null)
        .where('state', 'not in', finalStates)
        .returning('state')
        .executeTakeFirst()
      if (row !== undefined) await writeTrail(id, row.state, row.state, 'asked to stop it', by, time, tx)
      return row !== undefined
    },
    async note(id, reason, by, tx) {
      const row = await tx.selectFrom('likeness_job').select('state').where('id', '=', id).executeTakeFirst()
      if (row !== undefined) await writeTrail(id, row.state, row.state, reason, by, now(), tx)
    },
    receive: (event, tx) => receive(event, now(), tx),
    async wakeQueued(account, count, tx) {
      const time = now()
      const rows = await tx
        .updateTable('likeness_job')
        // Counted as a signal: one that is finding out just now that there is no place looks again.
        .set({ due: time, signals: sql<number>`signals + 1` })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('likeness_job')
            .select('id')
            .where('account', '=', account)
            .where('state', '=', 'queued')
            .where('due', '>', time)
            .orderBy('id')
            .limit(count),
        )
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },
    async queuedBefore({ account, id }, tx) {
      const { count } = await tx
        .selectFrom('likeness_job')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('account', '=', account)
        .where('state', '=', 'queued')
        .where('id', '<', id)
        .executeTakeFirstOrThrow()
      return count
    },
    async late(byMs, limit) {
      const before = now() - byMs
      const rows = await kysely
        .selectFrom('likeness_job')
        .select(['id', 'due'])
        .where('due', '<=', before)
        .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', before)]))
        .orderBy('due')
        .limit(limit)
        .execute()
      return rows.flatMap(({ id, due }) => (due === null ? [] : [{ id, due }]))
    },
    async pastDeadline(limit) {
      const time = now()
      const rows = await kysely
        .selectFrom('likeness_job')
        .select('id')
        .where('state', 'in', activeStates)
        .where('deadline_at', '<=', time)
        .where('overdue', '=', 0)
        .where('due', '>', time)
        .where('lease_until', 'is', null)
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    async pullForward() {
      const time = now()
      const rows = await kysely
        .updateTable('likeness_job')
        .set({ due: time })
        .where('due', '>', time)
        .where('lease_until', 'is', null)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },
    async clearLeases() {
      const rows = await kysely
        .updateTable('likeness_job')
        .set({ lease_until: null, lease_owner: null, due: now(), gen: sql<number>`gen + 1` })
        .where('lease_until', 'is not', null)
        .returning('id')
        .execute()
      return rows.length
    },
    async counts() {
      const rows = await kysely
        .selectFrom('likeness_job')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute()
      const known = new Map(rows.map(({ state, count }) => [state, count]))
      const all = jobStates.map((state) => [state, known.get(state) ?? 0] as const)
      return Object.fromEntries(all) as Record<(typeof jobStates)[number], number>
    },
  }
}
