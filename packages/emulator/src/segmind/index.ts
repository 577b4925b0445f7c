import { json } from '../core/responses.js'
import type { VendorInstance, VendorPlugin } from '../core/vendor.js'
import type { Handlers } from './account.js'
import { classify, isAuthenticated } from './classify.js'
import { InvalidInput, methodNotAllowed, refusal, refuse, unauthorized } from './errors.js'
import { Generations } from './generation.js'
import { creditsOf } from './prices.js'
import { createRateLimit } from './rate-limit.js'
import type { Action } from './routes.js'
import { findRoute, publicActions } from './routes.js'
import type { SegmindSettings } from './settings.js'
import { defaultSettings, settingWords } from './settings.js'
import { Storage } from './storage.js'
import { FineTunes } from './training.js'
import { FineTuneWebhooks } from './webhooks.js'

export type { SegmindSettings } from './settings.js'

export interface SegmindEndpoints {
  /** api.segmind.com */
  readonly baseURL: string
  /** api.spotprod.segmind.com */
  readonly managementURL: string
  readonly apiKey: string
}

/** Segmind's HTTP API as of 2026-11; its fine-tuning as before the service was closed, unless the settings say so. */
export const segmind: VendorPlugin<SegmindSettings, SegmindEndpoints> = {
  name: 'segmind',
  defaultKey: () => 'SG_0123456789abcdef',
  settings: defaultSettings,
  settingWords,
  // Not measured by anyone in public: times of the like trainings and pictures elsewhere.
  durations: {
    fineTuneQueued: 30_000,
    fineTuneRunning: 900_000,
    fineTuneDeploying: 60_000,
    generationQueued: 2_000,
    generationRunning: 12_000,
  },
  publicOrigins: {
    'https://api.segmind.com': '',
    'https://api.spotprod.segmind.com': '/spotprod',
    'https://workflows-api.segmind.com': '/workflows-api',
    'https://finetune-pipeline.s3.amazonaws.com': '/finetune-pipeline',
    'https://images.segmind.com': '/images',
  },
  endpoints: (origin, apiKey) => ({ baseURL: origin, managementURL: `${origin}/spotprod`, apiKey }),
  classify,
  isAuthenticated,
  refuse,
  create(context) {
    const storage = new Storage(context)
    const webhooks = new FineTuneWebhooks(context)
    const fineTunes = new FineTunes(context, storage, webhooks)
    const generations = new Generations(context, fineTunes)
    const limit = createRateLimit(context)
    const handlers: Handlers<Action> = {
      ...storage.handlers(),
      ...webhooks.handlers(),
      ...fineTunes.handlers(),
      ...generations.handlers(),
      showCredits: () => json({ credits: creditsOf(context.invoice.balance), 'free-credits': 0 }),
    }
    const instance: VendorInstance = {
      async handle(request) {
        generations.sweep()
        const match = findRoute(request)
        const isPublic = match.type === 'found' && publicActions.includes(match.route.action)
        if (!isPublic) {
          if (!request.authenticated) return unauthorized(request)
          const refused = limit()
          if (refused !== undefined) return refused
        }
        if (match.type === 'wrong-method') return methodNotAllowed(match.allowed)
        if (match.type === 'not-found') return refusal(404, 'Not Found')
        try {
          return await handlers[match.route.action](request, match.parameters)
        } catch (error) {
          if (error instanceof InvalidInput) return refusal(error.status, error.message)
          throw error
        }
      },
      expire(job) {
        const fineTune = fineTunes.find(job.id)
        if (fineTune !== undefined) fineTunes.expire(fineTune)
        generations.expireById(job.id)
      },
      reset() {
        storage.reset()
        webhooks.reset()
        fineTunes.reset()
        generations.reset()
      },
    }
    return instance
  },
}
