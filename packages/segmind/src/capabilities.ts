import type { AccountLimits, Capabilities, FineTuneParameter, GenerateParameter } from '@likeness/core'
import { type InferenceFacts, inferenceEndpoints } from './facts/inference-endpoints.js'
import { type SegmindBaseModel, type TrainingFacts, trainings } from './facts/trainings.js'

/** Which neutral parameters a kind of training takes. */
export function trainingParameters({ fields, captions }: TrainingFacts): Record<FineTuneParameter, boolean> {
  return {
    base: true,
    trigger: true,
    steps: fields.steps !== undefined,
    learningRate: fields.learningRate !== undefined,
    rank: fields.rank !== undefined,
    captions,
    // One webhook for the whole account, registered beforehand; none per job.
    webhookUrl: false,
    mode: false,
  }
}

/** Which neutral parameters an inference endpoint takes. */
export function inferenceParameters({ fields }: InferenceFacts): Record<GenerateParameter, boolean> {
  return {
    size: true,
    aspectRatio: true,
    seed: true,
    negativePrompt: false,
    steps: fields.steps !== undefined,
    guidanceScale: fields.guidanceScale !== undefined,
    strength: fields.strength !== undefined,
    format: fields.format !== undefined,
    image: false,
    mask: false,
    imageStrength: false,
    webhookUrl: false,
  }
}

/**
 * The stricter one of two tables; that of prices (2026-08) begins at 60. Concurrency is not documented. Requests of all
 * sorts count, paid ones and polls alike.
 */
const freePlan: AccountLimits = {
  requestsPerMinute: 5,
  source: 'docs.segmind.com/api-reference/rate-limits, Free plan, read 2026-11',
}

/**
 * What Segmind can do where `baseModel` is the default kind of training.
 *
 * @param requestsPerMinute - of the account's plan. @default the free plan's
 */
export function capabilitiesFor(baseModel: SegmindBaseModel, requestsPerMinute?: number): Capabilities {
  const training = trainings[baseModel]
  const inference = inferenceEndpoints[training.inference]
  const others = Object.values(trainings).map(({ base }) => base)
  return {
    fineTune: {
      bases: [...new Set([training.base, ...others])],
      images: training.images,
      parameters: trainingParameters(training),
      weights: training.weights,
      adopts: ['id'],
      find: true,
      cancel: false,
      remove: false,
      list: true,
    },
    generate: {
      parameters: inferenceParameters(inference),
      // `samples` of the LoRA endpoint has no documented answer; Flux Pro has no such parameter.
      maximumImages: 1,
      size: inference.size,
      formats: inference.formats,
      loads: [],
      find: false,
      cancel: false,
      remove: false,
      list: false,
    },
    limits: requestsPerMinute === undefined ? freePlan : { requestsPerMinute, source: 'settings.requestsPerMinute' },
    webhooks: 'account',
  }
}

/** What Segmind can do with its default settings. */
export const segmindCapabilities: Capabilities = capabilitiesFor('FLUX_PRO')
