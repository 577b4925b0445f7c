import { type Clock, LikenessError } from '@likeness/core'
import { Kysely, PostgresDialect } from 'kysely'
import type { JobDatabase } from './database.js'
import { correctedClock } from './database-clock.js'
import { migrate } from './migrate.js'
import type { Tables } from './tables.js'

/** Which database, and how many connections. */
export interface PostgresSettings {
  /** `postgres://user:password@host:port/database`. Never appears in an error. */
  readonly url: string
  /** Connections of this process. @default 10 */
  readonly connections?: number | undefined
  /** In place of the database's own, in tests. @default the database's, read through the machine's */
  readonly clock?: Clock | undefined
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (cause) {
    throw new LikenessError({
      kind: 'unsupported',
      message: 'A Postgres database needs the package `pg`, which is not installed.',
      hint: 'Install it beside this package: npm install pg',
      cause,
    })
  }
}

function unreachable(cause: unknown): LikenessError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : ''
  // The driver's own words may quote the address, and with it the password.
  const message = `The Postgres database cannot be used${code}.`
  return new LikenessError({
    kind: 'unavailable',
    message,
    hint: 'Check the address, the user, and that the server is up.',
  })
}

/** PostgreSQL's number of the type `bigint`. */
const bigintType = 20

/**
 * Connects to a Postgres database that several processes may share, and makes its tables.
 *
 * @throws LikenessError `unsupported` where `pg` is not installed, `unavailable` where the database cannot be reached
 */
export async function openPostgres({ url, connections = 10, clock: given }: PostgresSettings): Promise<JobDatabase> {
  const { default: pg } = await loadPg()
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    application_name: 'likeness-jobs',
    // Times and counts are far below 2^53; the driver would give them as text.
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === bigintType ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on('error', () => {})
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const databaseClock = correctedClock(async () => {
    const { rows } = await pool.query<{ now: string }>('select extract(epoch from clock_timestamp()) * 1000 as now')
    return Number(rows[0]?.now)
  })
  const synchronizeClock = given === undefined ? () => databaseClock.synchronize() : async () => {}
  const clock = given ?? databaseClock
  const close = async () => {
    await kysely.destroy()
    if (!pool.ended) await pool.end()
  }
  try {
    await synchronizeClock()
  } catch (cause) {
    await close()
    throw unreachable(cause)
  }
  try {
    await migrate(kysely, { dialect: 'postgres', now: clock.now() })
  } catch (error) {
    await close()
    throw error
  }
  return { dialect: 'postgres', kysely, clock, exclusive: false, synchronizeClock, close }
}
