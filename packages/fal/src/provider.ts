import {
  type FineTuneRequest,
  type GenerateRequest,
  type JobHandle,
  lazy,
  type Pace,
  type Provider,
  unsupported,
} from '@likeness/core'
import { falCapabilities } from './capabilities.js'
import type { Connection } from './connection.js'
import { estimateFineTune, estimateRequest } from './prices.js'
import { checkSettings, type FalSettings, optionsOf, providerId } from './settings.js'
import { trainerOf } from './trainers.js'

/**
 * Jobs of fal are asked about this often at most and at least. fal documents no limit; its Python client polls every
 * 100 ms. The gaps are as short as 50 ms only while a job whose length is known is about to end.
 */
const paces = {
  generation: { minimumMs: 50, maximumMs: 2_000, deadlineMs: 15 * 60_000 },
  // Runs may take an hour each and are repeated by fal after its own failures.
  'fine-tune': { minimumMs: 1_000, maximumMs: 15_000, deadlineMs: 4 * 3_600_000 },
} as const

function paceOf(settings: FalSettings, handle: JobHandle): Pace {
  const { minimumMs, maximumMs, deadlineMs } = paces[handle.kind]
  const least = settings.minimumPollMs ?? minimumMs
  const size = handle.kind === 'fine-tune' ? handle.data.steps : handle.n
  return {
    key: `${String(handle.data.endpoint)} ${String(size)}`,
    minimumMs: least,
    maximumMs: Math.max(least, maximumMs),
    deadlineMs,
  }
}

const noKey = 'fal has no idempotency key, and its list of requests does not tell them apart.'

/**
 * fal.ai: LoRA training on FLUX.1 [dev] and generation with any LoRA that has an address.
 *
 * Nothing is read or opened before the first call; the key is read at each.
 *
 * @example
 * const fal = createFal() // FAL_KEY
 * const { model } = await fineTune({ provider: fal, subject: { className: 'dog' }, trigger: 'ohwx', images: ['./dog'] })
 * @throws LikenessError `invalid-request` naming the setting that is wrong
 */
export function createFal(settings: FalSettings = {}): Provider {
  checkSettings(settings)
  const id = providerId(settings)
  const connected = lazy(async (): Promise<Connection> => (await import('./connection.js')).connect(settings))
  const fineTune = lazy(async () => (await import('./fine-tune.js')).createFineTune(await connected()))
  const generate = lazy(async () => (await import('./generate.js')).createGenerate(await connected()))
  const webhooks = lazy(async () => (await import('./webhooks.js')).createWebhooks(settings))
  const pace = (handle: JobHandle) => paceOf(settings, handle)

  return {
    specificationVersion: 'v1',
    id,
    capabilities: falCapabilities(settings.trainer),
    ...(settings.clock === undefined ? {} : { clock: settings.clock }),
    fineTune: {
      estimate: (request: FineTuneRequest) =>
        estimateFineTune(settings, trainerOf(optionsOf(request, id).value, settings.trainer), request.steps),
      validate: async (request) => (await fineTune()).validate(request),
      preview: async (request) => (await fineTune()).preview(request),
      start: async (request, options) => (await fineTune()).start(request, options),
      status: async (handle, options) => (await fineTune()).status(handle, options),
      pace,
      find: unsupported(id, 'fine-tune.find', noKey),
      cancel: async (handle, options) => (await fineTune()).cancel(handle, options),
      remove: async (model, options) => (await fineTune()).remove(model, options),
      list: unsupported(id, 'fine-tune.list', 'Keep the handles and portfolios.'),
      adopt: async (reference, options) => (await fineTune()).adopt(reference, options),
      downloadWeights: async (model, options) => (await fineTune()).downloadWeights(model, options),
      erase: async (model, options) => (await fineTune()).erase(model, options),
    },
    generate: {
      estimate: (request: GenerateRequest) => estimateRequest(settings, request),
      validate: async (request) => (await generate()).validate(request),
      preview: async (request) => (await generate()).preview(request),
      start: async (request, options) => (await generate()).start(request, options),
      status: async (handle, options) => (await generate()).status(handle, options),
      pace,
      find: unsupported(id, 'generation.find', noKey),
      cancel: async (handle, options) => (await generate()).cancel(handle, options),
      remove: async (handle, options) => (await generate()).remove(handle, options),
      list: unsupported(id, 'generation.list', 'Keep the handles.'),
      download: async (image, options) => (await generate()).download(image, options),
    },
    webhooks: { verify: async (request) => (await webhooks()).verify(request) },
    account: {
      check: async (options) => (await import('./account.js')).checkAccount(await connected(), options),
    },
  }
}
