import { LikenessError, type Provider } from '@likeness/core'

function flatten(provider: Provider): readonly Provider[] {
  return provider.members === undefined ? [provider] : provider.members.flatMap(flatten)
}

/**
 * The vendors among providers: one that is made of others stands for its members.
 *
 * @throws LikenessError `invalid-request` where two different providers have one id: models name their provider by it
 */
export function vendorsOf(providers: readonly Provider[]): Provider[] {
  const byId = new Map<string, Provider>()
  for (const provider of providers.flatMap(flatten)) {
    const other = byId.get(provider.id)
    if (other !== undefined && other !== provider) {
      const message = `two different providers have the id ${JSON.stringify(provider.id)}`
      throw new LikenessError({
        kind: 'invalid-request',
        message: `providers: ${message}.`,
        fields: [{ field: 'providers', message }],
        hint: 'Give one of them another `id` in its settings.',
      })
    }
    byId.set(provider.id, provider)
  }
  return [...byId.values()]
}
