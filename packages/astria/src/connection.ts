import { createTransport, resolveApiKey, type Transport } from '@likeness/adapter-kit'
import { type Clock, systemClock } from '@likeness/core'
import { createReadError } from './errors.js'
import { type AstriaPrices, priceTable } from './prices.js'
import { type AstriaSettings, defaultBaseURL, providerId, workspaceHeaders } from './settings.js'

/** What all calls of one provider share. */
export interface Connection {
  /** `Provider.id`. */
  readonly provider: string
  readonly settings: AstriaSettings
  readonly baseURL: string
  readonly clock: Clock
  readonly prices: AstriaPrices
  readonly transport: Transport
}

/**
 * Prepares the HTTP of one provider. Opens nothing.
 *
 * @throws LikenessError `invalid-request` when `baseURL` is no http(s) URL
 */
export function connect(settings: AstriaSettings): Connection {
  const provider = providerId(settings)
  const baseURL = settings.baseURL ?? defaultBaseURL
  const clock = settings.clock ?? systemClock
  const transport = createTransport({
    provider,
    baseURL,
    authorization: async () => ({
      authorization: `Bearer ${await resolveApiKey(settings, 'ASTRIA_API_KEY', provider)}`,
    }),
    settings: { ...settings, headers: { ...workspaceHeaders(settings.workspaceId), ...settings.headers } },
    readError: createReadError(clock),
  })
  return { provider, settings, baseURL, clock, prices: priceTable(settings.prices), transport }
}
