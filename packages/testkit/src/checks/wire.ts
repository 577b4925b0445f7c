import type { JournalEntry } from '../backend.js'

/** Every single value that a request carried, by its path: `query.size`, `body.input.seed`. */
export function leavesOf({ query, body }: JournalEntry): Map<string, string> {
  const leaves = new Map<string, string>()
  collect('query', query, leaves)
  collect('body', isForm(body) ? fieldsOf(body) : body, leaves)
  return leaves
}

const isForm = (body: unknown): body is [string, unknown][] =>
  Array.isArray(body) && body.every((field) => Array.isArray(field) && typeof field[0] === 'string')

/** A field that is given several times keeps all of its values. */
function fieldsOf(form: readonly [string, unknown][]): Record<string, unknown[]> {
  const fields: Record<string, unknown[]> = {}
  for (const [name, value] of form) {
    fields[name] ??= []
    fields[name].push(value)
  }
  return fields
}

function collect(path: string, value: unknown, leaves: Map<string, string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(`${path}.${key}`, item, leaves)
  } else if (value !== undefined && value !== null) {
    leaves.set(path, String(value))
  }
}

/** Whether the text holds the marker; a number must stand alone. */
export function holds(text: string, marker: string | number): boolean {
  if (typeof marker === 'string') return text.includes(marker)
  const digits = String(marker).replace('.', '\\.')
  return new RegExp(`(?<![\\w.])${digits}(?!\\w|\\.\\d)`).test(text)
}

/** Paths, in any of the requests, of values that hold the marker. */
export function pathsOf(entries: readonly JournalEntry[], marker: string | number): string[] {
  return entries.flatMap((entry) =>
    [...leavesOf(entry)].filter(([, value]) => holds(value, marker)).map(([path]) => `${entry.operation} ${path}`),
  )
}

/** Values at a path of {@link pathsOf}, in any of the requests. */
export function valuesAt(entries: readonly JournalEntry[], path: string): string[] {
  return entries.flatMap((entry) =>
    [...leavesOf(entry)].filter(([leaf]) => `${entry.operation} ${leaf}` === path).map(([, value]) => value),
  )
}
