import * as z from 'zod'
import { issueText, quoted, valueAt } from '../issue-text.js'

/** One thing that is wrong with a config or a plan, and where. */
export interface Finding {
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

const secrets = new Set(['apiKey', 'webhookSecret', 'headers'])

function given(value: unknown, keys: readonly PropertyKey[]): string {
  return keys.some((key) => secrets.has(String(key))) ? '' : quoted(valueAt(value, keys))
}

/** The schema of what stands at a path of what `schema` describes; `undefined` where that depends on the value. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return schemaAt(schema.unwrap(), path)
  const [key, ...rest] = path
  if (key === undefined) return schema
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, rest)
  if (schema instanceof z.ZodRecord) return schemaAt(schema.valueType, rest)
  const inner: unknown = schema instanceof z.ZodObject ? schema.shape[String(key)] : undefined
  return inner instanceof z.ZodType ? schemaAt(inner, rest) : undefined
}

/** The options of what a schema describes; none where they have no fixed names. */
function optionsOf(schema: z.core.$ZodType | undefined): string | undefined {
  const options = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  return options.length === 0 ? undefined : options.join(', ')
}

/** An option that is not there, or something else in its place. */
function ofWrongType(schema: z.ZodType, issue: z.core.$ZodIssue, value: unknown, keys: readonly PropertyKey[]): string {
  const options =
    issue.code === 'invalid_type' && issue.expected === 'object' ? optionsOf(schemaAt(schema, issue.path)) : undefined
  const text = `${issueText(issue)}${options === undefined ? '' : `: ${options}`}`
  return keys.length > 0 && issue.code === 'invalid_type' && valueAt(value, keys) === undefined
    ? `is missing; it ${text}`
    : text
}

/**
 * What a schema finds wrong with a config or a plan, or a part of it.
 *
 * @param root - the whole of it, so that what was given can be quoted
 * @param prefix - where the part stands in it
 */
export function findings(
  schema: z.ZodType,
  value: unknown,
  root: unknown,
  prefix: readonly PropertyKey[] = [],
): Finding[] {
  const { error } = schema.safeParse(value)
  return (error?.issues ?? []).flatMap((issue) => {
    const keys = [...prefix, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const options = optionsOf(schemaAt(schema, issue.path))
      const allowed = options === undefined ? '' : `; allowed are ${options}`
      return issue.keys.map((key) => ({ keys: [...keys, key], message: `unknown option${allowed}` }))
    }
    return [{ keys, message: `${ofWrongType(schema, issue, root, keys)}${given(root, keys)}` }]
  })
}
