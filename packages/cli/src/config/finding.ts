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

function allowedIn(schema: z.core.$ZodType | undefined): string {
  return schema instanceof z.ZodObject ? `; allowed are ${Object.keys(schema.shape).join(', ')}` : ''
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
      const allowed = allowedIn(schemaAt(schema, issue.path))
      return issue.keys.map((key) => ({ keys: [...keys, key], message: `unknown option${allowed}` }))
    }
    return [{ keys, message: `${issueText(issue)}${given(root, keys)}` }]
  })
}
