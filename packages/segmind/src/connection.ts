import { createTransport, type Operation, type Reply, resolveApiKey, type Transport } from '@likeness/adapter-kit'
import type { CallOptions, RequestPreview } from '@likeness/core'
import { readError } from './errors.js'
import type { SegmindConfig } from './settings.js'

/** The vendor's two hosts, with the settings. */
export interface Connection {
  readonly config: SegmindConfig
  /** Sends to `baseURL`. */
  send(operation: Operation, options?: CallOptions): Promise<Reply>
  /** What `send` would send, offline. */
  preview(operation: Operation): Promise<RequestPreview>
  /** Sends to `managementURL`. */
  manage(operation: Operation, options?: CallOptions): Promise<Reply>
}

/** Connects nothing yet: connections open with the first request. */
export function createConnection(config: SegmindConfig): Connection {
  const { id, settings } = config
  const transportTo = (baseURL: string): Transport =>
    createTransport({
      provider: id,
      baseURL,
      // `Authorization: Bearer` is answered 401 by the gateway, whatever the page on PixelFlows shows.
      authorization: async () => ({ 'x-api-key': await resolveApiKey(settings, 'SEGMIND_API_KEY', id) }),
      credentialHeader: 'x-api-key',
      settings,
      readError,
    })
  const api = transportTo(config.baseURL)
  const management = transportTo(config.managementURL)
  return {
    config,
    send: (operation, options) => api.send(operation, options),
    preview: (operation) => api.preview(operation),
    manage: (operation, options) => management.send(operation, options),
  }
}

/** What the caller gave under `providerOptions`: under the provider's id, else under the vendor's name. */
export function optionsOf(
  request: { readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined },
  id: string,
): { readonly path: string; readonly value: Readonly<Record<string, unknown>> | undefined } {
  const given = request.providerOptions ?? {}
  const name = Object.hasOwn(given, id) ? id : 'segmind'
  return { path: `providerOptions.${name}`, value: given[name] }
}
