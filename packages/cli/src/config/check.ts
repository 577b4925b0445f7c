import type { FieldError } from '@likeness/core'
import { LikenessError } from '@likeness/core'
import type * as z from 'zod'
import { parsedRouters, routerFindings } from './check-routers.js'
import { type Finding, findings } from './finding.js'
import { at, type RawConfig } from './read.js'
import { configSchema, type ParsedConfig, providerSchema } from './schema.js'

type OuterConfig = z.output<typeof configSchema>

/** Two of one id would use each other's models. */
function sameIds({ providers, routers = {} }: OuterConfig): Finding[] {
  const first = new Map<string, string>()
  const provided = Object.entries(providers).map(([name, { adapter, id }]) => ({
    keys: ['providers', name],
    used: typeof id === 'string' ? id : adapter,
  }))
  const routed = Object.entries(routers).map(([name, { id }]) => ({
    keys: ['routers', name],
    used: typeof id === 'string' ? id : name,
  }))
  return [...provided, ...routed].flatMap(({ keys, used }) => {
    const path = keys.join('.')
    const earlier = first.get(used)
    if (earlier !== undefined) {
      const message = `has the same id as ${earlier} (${used}); give one of them an \`id\` of its own`
      return [{ keys, message }]
    }
    first.set(used, path)
    return []
  })
}

function unknownDefaults({ providers, routers = {}, default: usual = [] }: OuterConfig): Finding[] {
  const names = [...Object.keys(providers), ...Object.keys(routers)]
  return [usual]
    .flat()
    .filter((name) => !names.includes(name))
    .map((name) => ({ keys: ['default'], message: `there is no provider ${name}; providers are ${names.join(', ')}` }))
}

function sameBudgets({ budgets = [] }: OuterConfig): Finding[] {
  return budgets.flatMap(({ name }, index) =>
    budgets.findIndex((other) => other.name === name) === index
      ? []
      : [{ keys: ['budgets', index, 'name'], message: `there is a budget ${name} already` }],
  )
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
 * Checks a config against the closed schemas of its adapters and of the router.
 *
 * @throws LikenessError `invalid-request` naming every option that is wrong, with its line where the file has lines
 */
export function checkConfig(raw: RawConfig): ParsedConfig {
  const outer = findings(configSchema, raw.value, raw.value)
  if (outer.length > 0) throw refuse(raw, outer)
  const config = configSchema.parse(raw.value)
  const { routers = {} } = config
  const inner = [
    ...Object.entries(config.providers).flatMap(([name, entry]) =>
      findings(providerSchema(entry.adapter), entry, raw.value, ['providers', name]),
    ),
    ...routerFindings(routers, Object.keys(config.providers), raw.value),
    ...sameIds(config),
    ...unknownDefaults(config),
    ...sameBudgets(config),
  ]
  if (inner.length > 0) throw refuse(raw, inner)
  return { ...config, routers: parsedRouters(routers) }
}
