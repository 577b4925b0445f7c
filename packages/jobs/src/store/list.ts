import { LikenessError, type Page } from '@likeness/core'
import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.js'
import type { Job } from '../job.js'
import { jobOf } from './rows.js'
import type { JobQuery } from './store.js'

const mostPerPage = 200

function refused(field: string, message: string): LikenessError {
  return new LikenessError({ kind: 'invalid-request', message: `${field} ${message}.`, fields: [{ field, message }] })
}

function checkQuery({ limit, cursor }: JobQuery): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1 && limit <= mostPerPage)) {
    throw refused('limit', `must be a whole number from 1 to ${mostPerPage} (given: ${limit})`)
  }
  if (cursor !== undefined && !/^job_[0-9a-z]{26}$/.test(cursor))
    throw refused('cursor', 'must be the `next` of a page')
}

/** One page, the latest first. The cursor is the last id of a page: jobs that are created meanwhile shift nothing. */
export async function list(query: JobQuery, db: Kysely<Tables>): Promise<Page<Job>> {
  checkQuery(query)
  const { tenant, states, kind, provider, limit = 50, cursor } = query
  let rows = db.selectFrom('likeness_job').selectAll()
  if (tenant !== undefined) rows = rows.where('tenant', '=', tenant)
  if (states !== undefined) rows = rows.where('state', 'in', states)
  if (kind !== undefined) rows = rows.where('kind', '=', kind)
  if (provider !== undefined) rows = rows.where('provider', '=', provider)
  if (cursor !== undefined) rows = rows.where('id', '<', cursor)
  const items = (
    await rows
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
  ).map(jobOf)
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return { items: page, ...(items.length > limit && last !== undefined && { next: last.id }) }
}
