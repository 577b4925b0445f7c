import { type RawBuilder, sql } from 'kysely'

/** A number within an expression: Postgres would take a parameter there for text. */
export function whole(value: number): RawBuilder<number> {
  return sql<number>`cast(${Math.round(value)} as bigint)`
}
