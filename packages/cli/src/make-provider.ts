import type { Clock, Provider } from '@likeness/core'
import type { ParsedConfig } from './config/schema.js'
import type { Emulation } from './emulation.js'
import { type ProviderEntry, settingsOf } from './provider-entries.js'
import { adapters } from './providers.js'

/** What a provider is made from. */
export interface ProviderParts {
  readonly entry: ProviderEntry
  readonly configured: ParsedConfig['providers'][string]
  readonly emulation: Emulation | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock | undefined
}

/** A provider of the config, at its vendor or at the emulator that stands in for it. */
export async function makeProvider({ entry, configured, emulation, env, clock }: ProviderParts): Promise<Provider> {
  const adapter = adapters[entry.adapter]
  if (adapter === undefined) throw new Error(`unreachable: the config was checked, and there is no ${entry.adapter}`)
  const endpoints = emulation?.endpoints[entry.adapter]
  if (emulation === undefined || endpoints === undefined) {
    return adapter.create({ ...settingsOf(entry, configured, env), ...(clock && { clock }) })
  }
  // A real key never goes to an emulator: its own takes the place, and references need not resolve.
  const { apiKey: _apiKey, ...rest } = configured
  return adapter.create({
    ...settingsOf({ ...entry, keyVariable: undefined }, rest, env),
    ...adapter.emulated(endpoints),
    ...(emulation.fetch && { fetch: emulation.fetch }),
    ...(clock && { clock }),
  })
}
