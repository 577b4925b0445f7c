import { type JobHandle, lazy, type Provider, systemClock, unsupported } from '@likeness/core'
import { astriaCapabilities } from './capabilities.js'
import type { Connection } from './connection.js'
import { fineTunePace } from './fine-tune-status.js'
import { generatePace } from './generate-status.js'
import { estimateFineTune, estimateGenerate, priceTable } from './prices.js'
import { type AstriaSettings, providerId, rawOptions } from './settings.js'

const noWeights = 'Weights of Flux cannot leave Astria (its licence): train the subject where they are needed.'
const noCancel = 'Astria has no way to stop a job. `remove` deletes what it made.'

/**
 * Astria: Flux LoRA training, and generation with what was trained there.
 *
 * Nothing is read or opened before the first call; the key is read at each.
 *
 * @example
 * const astria = createAstria() // ASTRIA_API_KEY
 * const { model } = await fineTune({ provider: astria, subject: { className: 'man' }, images: ['./photos'] })
 * @throws LikenessError `invalid-request` when `prices` names what is not in the table
 */
export function createAstria(settings: AstriaSettings = {}): Provider {
  const id = providerId(settings)
  const prices = priceTable(settings.prices)
  const connected = lazy(async (): Promise<Connection> => (await import('./connection.js')).connect(settings))
  const fineTune = lazy(async () => (await import('./fine-tune.js')).createFineTune(await connected()))
  const generate = lazy(async () => (await import('./generate.js')).createGenerate(await connected()))
  const webhooks = lazy(async () => (await import('./webhooks.js')).createWebhooks(await connected()))
  const account = lazy(async () => (await import('./account.js')).createAccount(await connected()))

  return {
    specificationVersion: 'v1',
    id,
    capabilities: astriaCapabilities,
    clock: settings.clock ?? systemClock,
    fineTune: {
      estimate: (request) => estimateFineTune(request, rawOptions(id, request).value, prices),
      validate: async (request) => (await fineTune()).validate(request),
      preview: async (request) => (await fineTune()).preview(request),
      start: async (request, options) => (await fineTune()).start(request, options),
      status: async (handle, options) => (await fineTune()).status(handle, options),
      pace: (handle: JobHandle) => fineTunePace(handle, settings.minimumPollMs),
      find: async (request, options) => (await fineTune()).find(request, options),
      cancel: unsupported(id, 'fine-tune.cancel', noCancel),
      remove: async (model, options) => (await fineTune()).remove(model, options),
      list: async (options) => (await fineTune()).list(options),
      adopt: async (reference, options) =>
        (await import('./adopt.js')).adoptTune(await connected(), reference, options),
      downloadWeights: unsupported(id, 'weights.download', noWeights),
      erase: async (model, options) => (await import('./erase.js')).eraseTune(await connected(), model, options),
    },
    generate: {
      estimate: (request) => estimateGenerate(request, rawOptions(id, request).value, prices),
      validate: async (request) => (await generate()).validate(request),
      preview: async (request) => (await generate()).preview(request),
      start: async (request, options) => (await generate()).start(request, options),
      status: async (handle, options) => (await generate()).status(handle, options),
      pace: (handle: JobHandle) => generatePace(handle, settings.minimumPollMs),
      find: async (request, options) => (await generate()).find(request, options),
      cancel: unsupported(id, 'generation.cancel', noCancel),
      remove: async (handle, options) => (await generate()).remove(handle, options),
      list: async (options) => (await generate()).list(options),
      download: async (image, options) => (await generate()).download(image, options),
    },
    webhooks: { verify: async (request) => (await webhooks()).verify(request) },
    account: { check: async (options) => (await account()).check(options) },
  }
}
