import { type FieldError, LikenessError } from '@likeness/core'
import { dottedPath, type Schema, type SchemaIssue } from './schema.js'

function fieldErrors(issue: SchemaIssue, path: string, allowed: readonly string[]): FieldError[] {
  const at = dottedPath(path, ...issue.path)
  if (issue.keys === undefined) return [{ field: at, message: issue.message }]
  // What a nested object allows is not known here.
  const known = issue.path.length === 0 && allowed.length > 0 ? `; known are ${allowed.join(', ')}` : ''
  return issue.keys.map((key) => ({ field: dottedPath(at, key), message: `is not an option${known}` }))
}

/**
 * Checks one vendor's options against their closed schema. `undefined` counts as no options.
 *
 * @param path where the options stand in the request, e.g. `providerOptions.fal`
 * @throws LikenessError `invalid-request` naming every wrong field, and the allowed ones for an unknown field
 */
export function checkOptions<Output>(schema: Schema<Output>, value: unknown, path: string): Output {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const allowed = Object.keys(schema.shape ?? {})
  const fields = parsed.error.issues.flatMap((issue) => fieldErrors(issue, path, allowed))
  throw new LikenessError({
    kind: 'invalid-request',
    message: fields.map(({ field, message }) => `${field} ${message}`).join('; '),
    fields,
  })
}
