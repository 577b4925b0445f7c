import { download, isAllowedHost } from '@likeness/adapter-kit'
import { type CallOptions, type Download, type FineTunedModel, LikenessError } from '@likeness/core'
import type { Connection } from './connection.js'

/** A LoRA of FLUX.1 takes some 90 MB at fal (seen: 89 745 224 bytes); of a high rank ten times that. */
const MAXIMUM_BYTES = 2 * 1024 ** 3

/** Whether weights may be loaded from there: https, or http at one of the configured hosts, and no credentials. */
export function isPublicAddress(url: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const address = new URL(url)
  if (address.username !== '' || address.password !== '') return false
  return address.protocol === 'https:' || (address.protocol === 'http:' && isAllowedHost(address, allowedHosts))
}

/** Reads the weights file of a model. No key is sent: files of fal are public by their address. */
export async function downloadWeights(
  { provider, settings, clock, allowedHosts }: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<Download> {
  if (model.weights === undefined) {
    const message = `${provider}: the model ${model.id} has no weights`
    throw new LikenessError({ kind: 'unsupported', message, provider, operation: 'weights.download' })
  }
  return download({
    url: model.weights.url,
    provider,
    allowedHosts,
    clock,
    fetch: settings.fetch,
    maximumBytes: MAXIMUM_BYTES,
    abortSignal: options?.abortSignal,
  })
}
