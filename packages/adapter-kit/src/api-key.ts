import { LikenessError } from '@likeness/core'
import type { ProviderSettings } from './settings.js'

/**
 * The API key, read at each call: from the settings, else from the environment. White space around it, as files and
 * shells leave it, is dropped.
 *
 * @throws LikenessError `authentication` with a hint that names the variable, when there is none
 */
export async function resolveApiKey(
  settings: Pick<ProviderSettings, 'apiKey'>,
  environmentVariable: string,
  provider: string,
): Promise<string> {
  const { apiKey } = settings
  const given = typeof apiKey === 'function' ? await apiKey() : apiKey
  const key = (given ?? process.env[environmentVariable] ?? '').trim()
  if (key !== '') return key
  throw new LikenessError({
    kind: 'authentication',
    provider,
    message: `${provider}: no API key`,
    hint: `Set ${environmentVariable} in the environment, or pass the apiKey setting.`,
  })
}
