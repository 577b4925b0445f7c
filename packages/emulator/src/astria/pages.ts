import { json } from '../core/responses.js'

/**
 * One page of a list, newest first: a bare array, `limit` (20, at most 120), `before_id` or `offset`
 * (docs.astria.ai/docs/api/overview, pagination, 2026-07-18). Too deep an offset is 400 and points to before_id.
 */
export function page<Item extends { readonly number: number }>(
  items: readonly Item[],
  query: URLSearchParams,
  options: { readonly deepestOffset: number; readonly show: (item: Item) => unknown },
): Response {
  const offset = whole(query.get('offset')) ?? 0
  if (offset > options.deepestOffset)
    return json(
      { error: `offset must be at most ${options.deepestOffset}. Use before_id to page through all records` },
      400,
    )
  const limit = Math.min(120, Math.max(1, whole(query.get('limit')) ?? 20))
  const beforeId = whole(query.get('before_id'))
  const wanted = items
    .filter((item) => beforeId === undefined || item.number < beforeId)
    .sort((left, right) => right.number - left.number)
  return json(wanted.slice(offset, offset + limit).map(options.show))
}

/** What is no whole number counts as not given. */
function whole(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined
}
