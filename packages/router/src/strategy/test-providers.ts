import type { AccountLimits, Provider } from '@likeness/core'

/** A provider that can do nothing but be named. */
export function namedProvider(id: string, limits?: AccountLimits): Provider {
  return {
    specificationVersion: 'v1',
    id,
    capabilities: { webhooks: 'none', ...(limits === undefined ? {} : { limits }) },
  }
}

/** Providers whose ids are their names. */
export function namedProviders(...names: readonly string[]): Record<string, Provider> {
  return Object.fromEntries(names.map((name) => [name, namedProvider(name)]))
}
