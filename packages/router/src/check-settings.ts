import { LikenessError } from '@likeness/core'
import { routerSchema } from './router-schema.js'
import type { RouterSettings } from './types.js'

/** Settings that no config file can hold, by what they must be; their types say more. */
const inCode: Readonly<Record<string, 'object' | 'function' | 'string'>> = {
  providers: 'object',
  ledger: 'object',
  limiter: 'object',
  onDemand: 'object',
  clock: 'object',
  random: 'function',
  onEvent: 'function',
  run: 'string',
}

function plainOf(settings: RouterSettings): Record<string, unknown> {
  // A target is checked against the providers, by `resolveTarget`, which says more of it.
  const entries = Object.entries(settings).filter(([name]) => !Object.hasOwn(inCode, name) && name !== 'target')
  return Object.fromEntries(entries)
}

/**
 * Checks all settings of a router but its target.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export function checkSettings(settings: RouterSettings): void {
  const { error } = routerSchema.omit({ target: true }).safeParse(plainOf(settings))
  const found = (error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), message: issue.message }]
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is no setting of a router' }))
  })
  const mistyped = Object.entries(inCode).flatMap(([field, type]) => {
    const value: unknown = Reflect.get(settings, field)
    const optional = value === undefined && field !== 'providers'
    const fits = typeof value === type && value !== null
    return optional || fits ? [] : [{ field, message: `must be ${type === 'object' ? 'an object' : `a ${type}`}` }]
  })
  const named = Object.entries(settings.providers ?? {}).flatMap(([name, provider]: [string, unknown]) => {
    const fits = typeof provider === 'object' && provider !== null && 'id' in provider && 'capabilities' in provider
    return fits ? [] : [{ field: `providers.${name}`, message: 'must be a provider, as the adapters make them' }]
  })
  const fields = [...found, ...mistyped, ...named]
  if (fields.length === 0) return
  const list = fields.map(({ field, message }) => `${field} ${message}`)
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid router: ${list.join('; ')}.`, fields })
}
