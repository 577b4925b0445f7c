import type { FieldError } from '@likeness/core'
import { LikenessError } from '@likeness/core'
import type * as z from 'zod'
import { at, type RawConfig } from './read.js'
import { configSchema, type ParsedConfig, providerSchema } from './schema.js'

interface Finding {
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

function findings(schema: z.ZodObject, value: unknown, root: unknown, prefix: readonly PropertyKey[]): Finding[] {
  const { error } = schema.safeParse(value)
  return (error?.issues ?? []).flatMap((issue) => {
    const keys = [...prefix, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const allowed = issue.path.length === 0 ? `; allowed are ${Object.keys(schema.shape).join(', ')}` : ''
      return issue.keys.map((key) => ({ keys: [...keys, key], message: `unknown option${allowed}` }))
    }
    const nested =
      issue.code === 'invalid_key' || issue.code === 'invalid_element' ? issue.issues[0]?.message : undefined
    return [{ keys, message: `${nested ?? issue.message}${given(root, keys)}` }]
  })
}

/** Two providers of one id would use each other's models. */
function sameIds(config: ParsedConfig): Finding[] {
  const first = new Map<string, string>()
  return Object.entries(config.providers).flatMap(([name, { adapter, id }]) => {
    const used = typeof id === 'string' ? id : adapter
    const earlier = first.get(used)
    if (earlier !== undefined) {
      const message = `has the same id as providers.${earlier} (${used}); give one of them an \`id\` of its own`
      return [{ keys: ['providers', name], message }]
    }
    first.set(used, name)
    return []
  })
}

function unknownDefaults(config: ParsedConfig): Finding[] {
  const names = Object.keys(config.providers)
  return [config.default ?? []]
    .flat()
    .filter((name) => !names.includes(name))
    .map((name) => ({ keys: ['default'], message: `there is no provider ${name}; providers are ${names.join(', ')}` }))
}

function refuse(raw: RawConfig, found: readonly Finding[]): LikenessError {
  const lines = found.map(({ keys, message }) => {
    const field = keys.join('.')
    return { field, message, text: `${at(raw.path, raw.place(keys))}: ${field === '' ? '' : `${field}: `}${message}` }
  })
  const fields: FieldError[] = lines.map(({ field, message }) => ({ field, message }))
  return new LikenessError({
    kind: 'invalid-request',
    message: lines.map(({ text }) => text).join('\n'),
    fields,
    hint: '`likeness --help` shows an example of a config.',
  })
}

/**
 * Checks a config against the closed schemas of its adapters.
 *
 * @throws LikenessError `invalid-request` naming every option that is wrong, with its line where the file has lines
 */
export function checkConfig(raw: RawConfig): ParsedConfig {
  const outer = findings(configSchema, raw.value, raw.value, [])
  if (outer.length > 0) throw refuse(raw, outer)
  const config = configSchema.parse(raw.value)
  const inner = [
    ...Object.entries(config.providers).flatMap(([name, entry]) =>
      findings(providerSchema(entry.adapter), entry, raw.value, ['providers', name]),
    ),
    ...sameIds(config),
    ...unknownDefaults(config),
  ]
  if (inner.length > 0) throw refuse(raw, inner)
  return config
}
