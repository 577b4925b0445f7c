import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, LikenessError, systemClock } from '@likeness/core'
import { Kysely } from 'kysely'
import type { JobDatabase } from './database.js'
import { migrate } from './migrate.js'
import type { Tables } from './tables.js'

/** Which file, and by which clock. */
export interface SqliteSettings {
  /** Made where it is missing, readable by its owner alone. `:memory:` keeps nothing. */
  readonly path: string
  /** @default the machine's */
  readonly clock?: Clock | undefined
}

function unreadable(path: string, cause: unknown): LikenessError {
  const message = `cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`
  const fields = [{ field: 'path', message }]
  return new LikenessError({ kind: 'invalid-request', message: `The database ${path} ${message}.`, fields, cause })
}

/** The file must be there before SQLite opens it: what SQLite makes itself, everybody may read. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  closeSync(openSync(`${path}.lock`, 'a', 0o600))
}

/**
 * Opens a database file for this process alone, and makes its tables. Every commit is on the disk before it counts
 * (`synchronous = full`).
 *
 * @throws LikenessError `conflict` where another process has it open, `invalid-request` where it cannot be opened
 */
export async function openSqlite({ path, clock = systemClock }: SqliteSettings): Promise<JobDatabase> {
  const [{ DatabaseSync }, { sqliteDialect }, { lockDatabase }] = await Promise.all([
    import('node:sqlite'),
    import('./sqlite-dialect.js'),
    import('./sqlite-lock.js'),
  ])
  const inMemory = path === ':memory:'
  try {
    if (!inMemory) makeFile(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
  const unlock = inMemory ? () => {} : lockDatabase(path)
  let database: InstanceType<typeof DatabaseSync>
  try {
    database = new DatabaseSync(path)
    // Node 22.13 does not know the option `timeout`.
    database.exec(
      'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on',
    )
  } catch (cause) {
    unlock()
    throw unreadable(path, cause)
  }
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  const close = async () => {
    await kysely.destroy()
    unlock()
  }
  try {
    await migrate(kysely, { dialect: 'sqlite', now: clock.now() })
  } catch (error) {
    await close()
    throw error
  }
  return { dialect: 'sqlite', kysely, clock, exclusive: true, synchronizeClock: async () => {}, close }
}
