import type { Capabilities, FineTuneCapabilities, GenerateCapabilities } from '@likeness/core'
import { defaultTrainer, type FalTrainerId, type Trainer, trainers } from './trainers.js'

/** What one of fal's trainers can do. */
export function fineTuneCapabilities(trainer: Trainer): FineTuneCapabilities {
  return {
    bases: [trainer.base],
    images: {
      minimum: trainer.minimumImages,
      // The archive's image formats are not documented; these three are what its examples and users send.
      mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
      // FLUX.1 is trained at about one megapixel, whatever comes in.
      recommendedSide: 1024,
    },
    parameters: {
      base: true,
      trigger: trainer.triggerField !== undefined,
      steps: true,
      learningRate: trainer.learningRateField !== undefined,
      rank: false,
      captions: true,
      webhookUrl: true,
      mode: false,
    },
    weights: true,
    adopts: ['id', 'url'],
    find: false,
    cancel: true,
    // By a key with the ADMIN scope.
    remove: true,
    list: false,
  }
}

/** What `fal-ai/flux-lora` and its two sub-endpoints can do. Ranges: fal-js types of 2026-08-02. */
export const generateCapabilities: GenerateCapabilities = {
  parameters: {
    size: true,
    aspectRatio: true,
    seed: true,
    negativePrompt: false,
    steps: true,
    guidanceScale: true,
    strength: true,
    format: true,
    image: true,
    mask: true,
    imageStrength: true,
    webhookUrl: true,
  },
  // Not in the types at hand; resellers of the endpoint and fal's newer schemas give 1 to 4.
  maximumImages: 4,
  // fal's shared ImageSize schema: above 0, at most 14142. FLUX.1 works in patches of 16 pixels, so that other sizes
  // come back smaller; assumed of fal, whose pages do not say.
  size: { kind: 'pixels', multipleOf: 16, minimum: 16, maximum: 14_142 },
  formats: ['jpeg', 'png'],
  loads: [{ base: 'flux-1-dev', format: 'diffusers-lora' }],
  find: false,
  cancel: true,
  remove: true,
  list: false,
}

/** What fal can do with a given default trainer. */
export function falCapabilities(trainer: FalTrainerId = defaultTrainer): Capabilities {
  return {
    fineTune: fineTuneCapabilities(trainers[trainer]),
    generate: generateCapabilities,
    // Jobs beyond it wait in fal's queue and are not refused; direct runs are.
    limits: {
      concurrentJobs: 2,
      source: 'docs.fal.ai, Concurrency limits (new accounts; up to 40 with paid invoices), 2026',
    },
    webhooks: 'signature',
  }
}
