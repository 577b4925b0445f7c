import { lazy } from '@likeness/core'
import { parseBase } from './base-url.js'
import type { ReadError, Transport } from './operation.js'
import type { ProviderSettings } from './settings.js'

/** Headers that carry the key. */
type Headers = Readonly<Record<string, string>>

/** What a transport is made from. */
export interface TransportInit {
  /** `Provider.id`, as errors and attempts show it. */
  readonly provider: string
  /** Where paths of operations begin, e.g. `https://queue.fal.run`. May have a path itself. */
  readonly baseURL: string
  /** Other origins of the same vendor that may be given the key. */
  readonly trustedOrigins?: readonly string[]
  /** The headers that carry the key, made anew for each call. Any error it throws ends the call before it is sent. */
  readonly authorization: () => Headers | Promise<Headers>
  /** Lower-case name of the header that carries the key, for previews, which must not need one. @default 'authorization' */
  readonly credentialHeader?: string
  readonly settings: ProviderSettings
  readonly readError: ReadError
  /** Until an answer has been read, in milliseconds. @default `settings.timeoutMs`, else 60 000 */
  readonly timeoutMs?: number
  /** Largest answer that is read, in bytes. @default 20 MB */
  readonly maximumBytes?: number
  /** Uniform in [0, 1), for the jitter of pauses. @default Math.random */
  readonly random?: () => number
}

/**
 * Makes the transport of one vendor. Nothing is loaded or opened before the first `send`.
 *
 * @throws LikenessError `invalid-request` when `baseURL` is no http(s) URL
 */
export function createTransport(init: TransportInit): Transport {
  const base = parseBase(init.provider, init.baseURL)
  const load = lazy(async () => new (await import('./http-transport.js')).HttpTransport(init, base))
  let loaded: Transport | undefined
  return {
    send(operation, options) {
      if (loaded !== undefined) return loaded.send(operation, options)
      return load().then((transport) => {
        loaded = transport
        return transport.send(operation, options)
      })
    },
    preview: async (operation) => (await load()).preview(operation),
  }
}
