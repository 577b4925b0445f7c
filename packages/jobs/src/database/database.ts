import type { Clock } from '@likeness/core'
import type { Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.js'

/** What one transaction writes is kept as a whole or not at all. */
export type Tx = Transaction<Tables>

/** The two databases. */
export type Dialect = 'sqlite' | 'postgres'

/** An open database, with its tables made. */
export interface JobDatabase {
  readonly dialect: Dialect
  readonly kysely: Kysely<Tables>
  /** The time that leases and limits are counted in: the same for all processes that share the database. */
  readonly clock: Clock
  /** No other process can have it open, so that leases found in it are those of a process that has ended. */
  readonly exclusive: boolean
  /** Corrects `clock` by the database's own, where several machines share it. */
  synchronizeClock(): Promise<void>
  close(): Promise<void>
}
