import { LikenessError, type Provider } from '@likeness/core'
import { findEntry, type LoadedProviders } from '../load-providers.js'

function undecided(providers: LoadedProviders): LikenessError {
  const names = providers.entries.map(({ name }) => name).join(', ')
  const message = `say which with --provider: ${names}, several with commas, or all`
  return new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
    hint: 'Or set `default` in likeness.config.yaml.',
  })
}

/**
 * The providers to use: those named, `all`, else the config's default.
 *
 * @throws LikenessError `invalid-request` when a name is unknown, or none is named and there is no default
 */
export async function selectProviders(
  providers: LoadedProviders,
  named: readonly string[] | undefined,
): Promise<Provider[]> {
  const names = named ?? providers.defaults
  if (names.length === 0) throw undecided(providers)
  const wanted = names.includes('all') ? providers.entries.map(({ name }) => name) : names
  const entries = new Set(wanted.map((name) => findEntry(providers.entries, name).name))
  return Promise.all([...entries].map((name) => providers.get(name)))
}

/** The provider that an id in a handle or a model stands for. */
export async function providerOfId(providers: LoadedProviders, id: string): Promise<Provider> {
  const entry = providers.entries.find((candidate) => candidate.id === id)
  if (entry !== undefined) return providers.get(entry.name)
  const ids = providers.entries.map((candidate) => candidate.id).join(', ')
  const message = `the config has no provider with the id ${id}; its ids are ${ids}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
  })
}
