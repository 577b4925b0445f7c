import {
  type FineTune,
  type Generate,
  type GenerateRequest,
  lazy,
  lazyMethods,
  type Pace,
  type Provider,
  unsupported,
} from '@likeness/core'
import { capabilitiesFor } from './capabilities.js'
import { chooseEndpoint, chooseTraining } from './facts/choose.js'
import { type SegmindBaseModel, trainings } from './facts/trainings.js'
import type { ModelMethods } from './models.js'
import { estimatePictures, estimateTraining } from './prices.js'
import { resolveSettings, type SegmindConfig, type SegmindSettings } from './settings.js'
import type { WebhookRegistration } from './webhooks.js'

/** Segmind, with what it offers beyond a `Provider`. */
export interface SegmindProvider extends Provider, ModelMethods {
  readonly fineTune: FineTune & Required<Pick<FineTune, 'locateWeights'>>
  readonly generate: Generate
  /** The account's one callback URL. */
  readonly webhookRegistration: WebhookRegistration
}

const minute = 60_000

// How long a training takes is published nowhere, so none is promised; the poll loop learns it.
function trainingPace({ minimumPollMs }: SegmindConfig, baseModel: string): Pace {
  return {
    key: `segmind/fine-tune/${baseModel}`,
    minimumMs: minimumPollMs,
    maximumMs: Math.max(minute, minimumPollMs),
    deadlineMs: 12 * 60 * minute,
  }
}

// The SDK gives up after 600 s; records are kept for an hour.
function generationPace({ minimumPollMs }: SegmindConfig): Pace {
  const maximumMs = Math.max(10_000, minimumPollMs)
  return { key: 'segmind/generation', minimumMs: minimumPollMs, maximumMs, deadlineMs: 10 * minute }
}

/** An option that estimates need before anything is loaded; `validate` checks it. */
function option(request: Pick<GenerateRequest, 'providerOptions'>, id: string, name: string): unknown {
  const given = request.providerOptions ?? {}
  return (given[id] ?? given.segmind)?.[name]
}

function isBaseModel(value: unknown): value is SegmindBaseModel {
  return typeof value === 'string' && Object.hasOwn(trainings, value)
}

/**
 * Segmind as a provider. Sends nothing and loads nothing heavy until it is used.
 *
 * New trainings have been closed at Segmind since BFL switched its finetuning API off (2025-10-31); existing models can
 * be called. `fineTune.start` then throws `unavailable`, to be retried elsewhere.
 *
 * @throws LikenessError `invalid-request` for a setting that makes no sense
 */
export function createSegmind(settings: SegmindSettings = {}): SegmindProvider {
  const config = resolveSettings(settings)
  const { id } = config
  const connection = lazy(async () => (await import('./connection.js')).createConnection(config))
  const none = (operation: string) => unsupported(id, operation)
  const training = lazyMethods(
    async () => (await import('./fine-tune.js')).createFineTune(await connection()),
    ['validate', 'preview', 'start', 'status', 'find', 'list'],
  )
  return {
    specificationVersion: 'v1',
    id,
    capabilities: capabilitiesFor(config.baseModel, settings.requestsPerMinute),
    clock: config.clock,
    fineTune: {
      estimate(request) {
        const given = option(request, id, 'baseModel')
        const baseModel = chooseTraining(request.base, isBaseModel(given) ? given : undefined, config)
        return estimateTraining(baseModel, request, settings)
      },
      pace: (handle) => trainingPace(config, String(handle.data.baseModel ?? config.baseModel)),
      ...training,
      adopt: async (reference, options) =>
        (await import('./adopt.js')).adoptFineTune(await connection(), reference, options),
      locateWeights: async (model, options) =>
        (await import('./models.js')).locateWeights(await connection(), model, options),
      downloadWeights: async (model, options) =>
        (await import('./models.js')).downloadWeights(await connection(), model, options),
      erase: async (model, options) => (await import('./erase.js')).eraseFineTune(await connection(), model, options),
      cancel: none('fine-tune.cancel'),
      remove: none('fine-tune.remove'),
    },
    generate: {
      estimate(request) {
        const useModelSlug = option(request, id, 'useModelSlug') === true
        return estimatePictures(chooseEndpoint(request.models, useModelSlug, config), request, settings)
      },
      pace: () => generationPace(config),
      ...lazyMethods(
        async () => (await import('./generate.js')).createGenerate(await connection()),
        ['validate', 'preview', 'start', 'status', 'download'],
      ),
      find: none('generation.find'),
      cancel: none('generation.cancel'),
      remove: none('generation.remove'),
      list: none('generation.list'),
    },
    webhooks: lazyMethods(async () => (await import('./webhooks.js')).createWebhooks(await connection()), ['verify']),
    account: lazyMethods(async () => (await import('./account.js')).createAccount(await connection()), ['check']),
    webhookRegistration: lazyMethods(
      async () => (await import('./webhooks.js')).createWebhookRegistration(await connection()),
      ['sign', 'get', 'add', 'update', 'remove'],
    ),
    ...lazyMethods(async () => (await import('./models.js')).createModelMethods(await connection()), ['updateAccess']),
  }
}
