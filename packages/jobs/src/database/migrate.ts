import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Dialect } from './database.js'
import { type Migration, migrations } from './migrations.js'
import type { Tables } from './tables.js'

/** Any number will do, as long as all processes take the same. */
const lockNumber = 7_260_513_004

/** Identifies what a migration does in one database. */
export function checksumOf(migration: Migration, dialect: Dialect): string {
  return createHash('sha256').update(migration.statements(dialect).join(';\n')).digest('hex')
}

/** How to make a database's tables. */
export interface MigrateOptions {
  readonly dialect: Dialect
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Whose migrations they are; each scope counts from 1. @default 'jobs' */
  readonly scope?: string | undefined
  /** @default those of this package */
  readonly migrations?: readonly Migration[] | undefined
}

function refuseChanged(
  scope: string,
  known: Migration | undefined,
  applied: { number: number; name: string; checksum: string },
  dialect: Dialect,
) {
  if (known === undefined) {
    throw new Error(
      `The database was made by a newer version: migration ${applied.number} (${applied.name}) of ${scope} is not known here.`,
    )
  }
  if (checksumOf(known, dialect) !== applied.checksum) {
    throw new Error(
      `Migration ${known.number} (${known.name}) of ${scope} was changed after it had been applied; released migrations are never edited.`,
    )
  }
}

/**
 * Makes or completes the tables, all of it or nothing, one process at a time.
 *
 * @throws Error where an applied migration is another one than the code's, or not known to it
 */
export async function migrate(kysely: Kysely<Tables>, options: MigrateOptions): Promise<void> {
  const { dialect, now, scope = 'jobs', migrations: all = migrations } = options
  await kysely.transaction().execute(async (tx) => {
    // SQLite's transactions take its write lock when they begin.
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${lockNumber})`.execute(tx)
    await sql`create table if not exists likeness_migration (
      scope text not null,
      number bigint not null,
      name text not null,
      checksum text not null,
      applied_at bigint not null,
      primary key (scope, number)
    )`.execute(tx)
    const applied = await tx
      .selectFrom('likeness_migration')
      .selectAll()
      .where('scope', '=', scope)
      .orderBy('number')
      .execute()
    for (const one of applied)
      refuseChanged(
        scope,
        all.find(({ number }) => number === one.number),
        one,
        dialect,
      )
    for (const migration of all.filter(({ number }) => applied.every((one) => one.number !== number))) {
      for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(tx)
      const { number, name } = migration
      const row = { scope, number, name, checksum: checksumOf(migration, dialect), applied_at: now }
      await tx.insertInto('likeness_migration').values(row).execute()
    }
  })
}
