/** What stands in a preview for something that only an upload would tell, or for the content of a file. */
const placeholder = /^<(?:upload|file): [^>]+>$/

/**
 * Where a request that arrived differs from its preview, as paths; nothing where they are the same but for placeholders,
 * each of which must stand for something.
 */
export function differences(previewed: unknown, arrived: unknown, path = 'body'): string[] {
  if (typeof previewed === 'string' && placeholder.test(previewed)) {
    return arrived === undefined || arrived === null || arrived === '' ? [path] : []
  }
  // A body that is a file is shown as null, and not kept in the journal.
  if (previewed === null && (arrived === null || arrived === undefined)) return []
  if (typeof previewed !== 'object' || typeof arrived !== 'object' || previewed === null || arrived === null) {
    if (typeof previewed === 'string' && typeof arrived === 'string') return sameText(previewed, arrived) ? [] : [path]
    return previewed === arrived ? [] : [path]
  }
  if (Array.isArray(previewed) !== Array.isArray(arrived)) return [path]
  const names = new Set([...Object.keys(previewed), ...Object.keys(arrived)])
  return [...names].flatMap((name) =>
    differences(Reflect.get(previewed, name), Reflect.get(arrived, name), `${path}.${name}`),
  )
}

/** A placeholder may also stand within a text. */
function sameText(previewed: string, arrived: string): boolean {
  const parts = previewed.split(/<(?:upload|file): [^>]+>/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`, 's').test(arrived)
}
