import { resolveReference } from '../../config/reference.js'
import type { LoadedProviders } from '../../load-providers.js'

type Entries = Pick<LoadedProviders, 'entries' | 'routers' | 'emulated'>

/**
 * A key that is missing would only come to light once a run has begun.
 *
 * @param names - of providers and routers
 * @throws LikenessError `authentication` naming the variable
 */
export function checkKeys(
  loaded: Entries,
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  if (loaded.emulated) return
  for (const name of names) {
    const router = loaded.routers.find((entry) => entry.name === name || entry.id === name)
    if (router !== undefined) checkKeys(loaded, router.members, env)
    const provider = loaded.entries.find((entry) => entry.name === name || entry.id === name)
    if (provider?.keyVariable !== undefined) {
      resolveReference(`env:${provider.keyVariable}`, env, 'apiKey', provider.id)
    }
  }
}
