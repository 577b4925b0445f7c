import type * as z from 'zod'

/** One thing that is wrong with a config, and where. */
export interface Finding {
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

const secrets = new Set(['apiKey', 'webhookSecret', 'headers'])

function given(value: unknown, keys: readonly PropertyKey[]): string {
  if (keys.some((key) => secrets.has(String(key)))) return ''
  let found = value
  for (const key of keys) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined
  const plain = typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
  return plain ? ` (given: ${JSON.stringify(found).slice(0, 80)})` : ''
}

function allowedIn(schema: z.ZodType): string {
  const shape: unknown = Reflect.get(schema, 'shape')
  return typeof shape === 'object' && shape !== null ? `; allowed are ${Object.keys(shape).join(', ')}` : ''
}

/**
 * What a schema finds wrong with a part of a config.
 *
 * @param root - the whole config, so that what was given can be quoted
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
      const allowed = issue.path.length === 0 ? allowedIn(schema) : ''
      return issue.keys.map((key) => ({ keys: [...keys, key], message: `unknown option${allowed}` }))
    }
    const nested =
      issue.code === 'invalid_key' || issue.code === 'invalid_element' ? issue.issues[0]?.message : undefined
    return [{ keys, message: `${nested ?? issue.message}${given(root, keys)}` }]
  })
}
