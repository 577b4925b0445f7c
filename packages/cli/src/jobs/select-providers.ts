import { LikenessError, type Provider } from '@likeness/core'
import type { Router } from '@likeness/router'
import type { LoadedProviders } from '../load-providers.js'
import { findEntry, type NamedEntry } from '../provider-entries.js'

const everything = ({ entries, routers }: LoadedProviders): readonly NamedEntry[] => [...entries, ...routers]

function undecided(providers: LoadedProviders): LikenessError {
  const names = everything(providers)
    .map(({ name }) => name)
    .join(', ')
  const message = `say which with --provider: ${names}, several with commas, or all`
  return new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
    hint: 'Or set `default` in likeness.config.yaml.',
  })
}

/** Names in the config, each once; `all` are the providers, without the routers that are made of them. */
function namesOf(providers: LoadedProviders, named: readonly string[] | undefined, among: readonly NamedEntry[]) {
  const names = named ?? providers.defaults
  if (names.length === 0) throw undecided(providers)
  const wanted = names.includes('all') ? providers.entries.map(({ name }) => name) : names
  return [...new Set(wanted.map((name) => findEntry(among, name).name))]
}

/**
 * The providers and routers to use: those named, `all`, else the config's default.
 *
 * @throws LikenessError `invalid-request` when a name is unknown, or none is named and there is no default
 */
export async function selectProviders(
  providers: LoadedProviders,
  named: readonly string[] | undefined,
): Promise<Router[]> {
  return Promise.all(namesOf(providers, named, everything(providers)).map((name) => providers.get(name)))
}

/**
 * The same, of providers alone and without the ledger: for what costs nothing.
 *
 * @throws LikenessError `invalid-request` as {@link selectProviders}, also for the name of a router
 */
export async function selectAdapters(
  providers: LoadedProviders,
  named: readonly string[] | undefined,
): Promise<Provider[]> {
  return Promise.all(namesOf(providers, named, providers.entries).map((name) => providers.adapter(name)))
}

/** The provider or router that an id in a handle stands for. */
export async function providerOfId(providers: LoadedProviders, id: string): Promise<Router> {
  const entry = everything(providers).find((candidate) => candidate.id === id)
  if (entry !== undefined) return providers.get(entry.name)
  const ids = everything(providers)
    .map((candidate) => candidate.id)
    .join(', ')
  const message = `the config has no provider with the id ${id}; its ids are ${ids}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
  })
}
