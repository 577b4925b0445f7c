import type { ProviderSettings } from '@likeness/adapter-kit'
import { LikenessError } from '@likeness/core'
import { referencedVariable, resolveReference, resolveReferences } from './config/reference.js'
import type { ParsedConfig, ParsedRouter } from './config/schema.js'
import { adapters } from './providers.js'

/** What stands under a name in the config: a provider, or a router. */
export interface NamedEntry {
  /** Its name in the config. */
  readonly name: string
  /** `Provider.id`. */
  readonly id: string
}

/** What is known of a provider before it is made. */
export interface ProviderEntry extends NamedEntry {
  readonly adapter: string
  /** The environment variable its key comes from; `undefined` where the config gives the key itself. */
  readonly keyVariable: string | undefined
  /** Settings that hold a secret as plain text in the config. */
  readonly literalSecrets: readonly string[]
}

/** What is known of a router before it is made. */
export interface RouterEntry extends NamedEntry {
  /** Names of the providers and routers it is made of, each once. */
  readonly members: readonly string[]
}

type Configured = ParsedConfig['providers'][string]

/** Where no providers are configured: every adapter under its own name, with its key in the environment. */
export const withoutConfig: Readonly<Record<string, { [setting: string]: unknown; adapter: string }>> =
  Object.fromEntries(Object.keys(adapters).map((adapter) => [adapter, { adapter }]))

/**
 * The entry of that name, else of that id.
 *
 * @throws LikenessError `invalid-request` when there is none, with the names there are
 */
export function findEntry<Entry extends NamedEntry>(entries: readonly Entry[], name: string): Entry {
  const found = entries.find((entry) => entry.name === name) ?? entries.find((entry) => entry.id === name)
  if (found !== undefined) return found
  const message = `there is no provider ${name}; there are ${entries.map((entry) => entry.name).join(', ')}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
  })
}

const secretSettings = ['apiKey', 'webhookSecret']

/** A provider of the config. */
export function providerEntry(name: string, config: Configured): ProviderEntry {
  const { adapter, id, apiKey } = config
  const usual = adapters[adapter]?.environmentVariable
  const keyVariable = apiKey === undefined ? usual : typeof apiKey === 'string' ? referencedVariable(apiKey) : undefined
  const literalSecrets = secretSettings.filter((setting) => {
    const value = config[setting]
    return typeof value === 'string' && referencedVariable(value) === undefined
  })
  return { name, adapter, id: typeof id === 'string' ? id : adapter, keyVariable, literalSecrets }
}

function providersIn(target: ParsedRouter['target']): string[] {
  return 'provider' in target ? [target.provider] : target.targets.flatMap(providersIn)
}

/** A router of the config. */
export function routerEntry(name: string, { id, target }: ParsedRouter): RouterEntry {
  return { name, id: id ?? name, members: [...new Set(providersIn(target))] }
}

/** Settings as the adapter takes them: keys are looked up at each call, other references now. */
export function settingsOf(
  { name, id, keyVariable }: ProviderEntry,
  config: Configured,
  environment: Readonly<Record<string, string | undefined>>,
): ProviderSettings {
  const { adapter: _adapter, apiKey, ...settings } = config
  const resolved = Object.entries(settings).map(([key, value]) => [
    key,
    resolveReferences(value, environment, `providers.${name}.${key}`, id),
  ])
  const key =
    keyVariable === undefined ? apiKey : () => resolveReference(`env:${keyVariable}`, environment, 'apiKey', id)
  return Object.fromEntries([...resolved, ['id', id], ['apiKey', key]].filter(([, value]) => value !== undefined))
}
