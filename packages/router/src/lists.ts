import { LikenessError, type Page, type PageOptions } from '@likeness/core'

/** Reads one page of one member. */
export type ReadPage<Item> = (options: PageOptions) => Promise<Page<Item>>

/**
 * One list after the other. A cursor is the number of the list and the cursor within it.
 *
 * @throws LikenessError `invalid-request` for a cursor of something else
 */
export async function pageOf<Item>(lists: readonly ReadPage<Item>[], options: PageOptions): Promise<Page<Item>> {
  const { cursor, ...rest } = options
  const [number = '0', ...own] = (cursor ?? '0:').split(':')
  const index = Number(number)
  const list = Number.isInteger(index) ? lists[index] : undefined
  if (list === undefined) {
    const message = `must be the \`next\` of the page before (given: ${JSON.stringify(cursor)})`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `cursor ${message}.`,
      fields: [{ field: 'cursor', message }],
    })
  }
  const inner = own.join(':')
  const { items, next } = await list({ ...rest, ...(inner !== '' && { cursor: inner }) })
  if (next !== undefined) return { items, next: `${index}:${next}` }
  return index + 1 < lists.length ? { items, next: `${index + 1}:` } : { items }
}
