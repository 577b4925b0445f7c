import { readFile } from 'node:fs/promises'
import { LikenessError } from '@likeness/core'
import type * as z from 'zod'
import { issueText, quoted, valueAt } from '../issue-text.js'

/**
 * Reads a JSON file and checks it.
 *
 * @param what - for messages, e.g. `portfolio`
 * @throws LikenessError `invalid-request` when it is missing, no JSON, or not of that shape
 */
export async function readJsonFile<Value>(path: string, schema: z.ZodType<Value>, what: string): Promise<Value> {
  const refuse = (message: string, cause: unknown) =>
    new LikenessError({
      kind: 'invalid-request',
      message: `${what}: ${message}`,
      fields: [{ field: what, message }],
      cause,
    })
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) throw refuse(`there is no file ${path}.`, error)
    throw refuse(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refuse(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map((issue) => {
    const field = issue.path.length === 0 ? '' : `${issue.path.join('.')} `
    return `${field}${issueText(issue)}${quoted(valueAt(value, issue.path))}`
  })
  throw refuse(`${path} is no ${what} file: ${wrong.join('; ')}.`, parsed.error)
}
