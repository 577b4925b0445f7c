import { CompiledQuery } from 'kysely'
import type { Db } from 'pg-boss'
import type { Tx } from '../database/database.js'

/** A transaction in the shape that pg-boss writes through. */
export function fromKysely(tx: Tx): Db {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, values))
      return { rows }
    },
  }
}
