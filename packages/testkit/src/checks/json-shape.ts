const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeOf(value) === 'object'

/**
 * How `actual` differs in shape from `recorded`: fields that are missing, and fields of another JSON type, by their path.
 * `null` is of every type, and so is a field that only `actual` has. Of a list, the first items stand for all; an empty
 * list says nothing of its items.
 *
 * @param absent - paths of fields that may be missing
 */
export function shapeDifferences(
  recorded: unknown,
  actual: unknown,
  absent: ReadonlySet<string> = new Set(),
  path = '',
): string[] {
  if (recorded === null || actual === null) return []
  if (typeOf(recorded) !== typeOf(actual)) {
    return [`${path || 'the body'} is ${typeOf(actual)}, recorded as ${typeOf(recorded)}`]
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    if (recorded.length === 0 || actual.length === 0) return []
    return shapeDifferences(recorded[0], actual[0], absent, `${path}[]`)
  }
  if (!isObject(recorded) || !isObject(actual)) return []
  return Object.entries(recorded).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`
    if (value === undefined || absent.has(at)) return []
    return actual[key] === undefined ? [`${at} is missing`] : shapeDifferences(value, actual[key], absent, at)
  })
}
