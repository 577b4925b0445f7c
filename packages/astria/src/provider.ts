import { createTransport, lazyMethods, resolveApiKey, unsupported } from '@likeness/adapter-kit'
import { type Provider, systemClock } from '@likeness/core'
import { astriaCapabilities } from './capabilities.js'
import { createReadError } from './errors.js'
import { fineTunePace } from './fine-tune-status.js'
import { generatePace } from './generate-status.js'
import { estimateFineTune, estimateGenerate, priceTable } from './prices.js'
import { type AstriaContext, type AstriaSettings, defaultBaseURL, rawOptions, workspaceHeaders } from './settings.js'

const noCancel = 'Astria has no way to stop a job; `remove` deletes what it made.'

/**
 * Astria as a provider: Flux LoRA training and generation.
 *
 * @example
 * const astria = createAstria({ webhookSecret: process.env.WEBHOOK_SECRET })
 * @throws LikenessError `invalid-request` when `baseURL` or `prices` is wrong
 */
export function createAstria(settings: AstriaSettings = {}): Provider {
  const id = settings.id ?? 'astria'
  const clock = settings.clock ?? systemClock
  const prices = priceTable(settings.prices)
  const transport = createTransport({
    provider: id,
    baseURL: settings.baseURL ?? defaultBaseURL,
    authorization: async () => ({ authorization: `Bearer ${await resolveApiKey(settings, 'ASTRIA_API_KEY', id)}` }),
    settings: { ...settings, headers: { ...workspaceHeaders(settings.workspaceId), ...settings.headers } },
    readError: createReadError(clock),
  })
  const context: AstriaContext = { id, settings, clock, prices, transport }
  return {
    specificationVersion: 'v1',
    id,
    capabilities: astriaCapabilities,
    clock,
    fineTune: {
      estimate: (request) => estimateFineTune(request, rawOptions(id, request).value, prices),
      pace: (handle) => fineTunePace(handle, settings.minimumPollMs),
      cancel: unsupported(id, 'fine-tune.cancel', noCancel),
      ...lazyMethods(
        async () => (await import('./fine-tune.js')).createFineTune(context),
        ['validate', 'start', 'status', 'find', 'remove', 'list'],
      ),
    },
    generate: {
      estimate: (request) => estimateGenerate(request, rawOptions(id, request).value, prices),
      pace: (handle) => generatePace(handle, settings.minimumPollMs),
      cancel: unsupported(id, 'generation.cancel', noCancel),
      ...lazyMethods(
        async () => (await import('./generate.js')).createGenerate(context),
        ['validate', 'start', 'status', 'find', 'remove', 'list', 'download'],
      ),
    },
    webhooks: lazyMethods(async () => (await import('./webhooks.js')).createWebhooks(context), ['verify']),
    account: lazyMethods(async () => (await import('./account.js')).createAccount(context), ['check']),
  }
}
