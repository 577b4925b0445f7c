import type { Capabilities, FineTuneCapabilities, GenerateCapabilities } from '@likeness/core'

/** https://docs.astria.ai/docs/api/tune/create and /docs/use-cases/faq (2026-08-21). */
export const fineTuneCapabilities: FineTuneCapabilities = {
  bases: ['flux-1-dev'],
  images: {
    // Astria itself takes one image or more. Its own clients ask for 4 to 20; the `null` preset is meant for 20 and more.
    minimum: 4,
    recommended: { minimum: 4, maximum: 20 },
    // HEIC is not documented; these three were seen.
    mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
    // "No hard limit", "a reasonable limit would be 3MB": 10 MB is our own bound.
    maximumBytes: 10 * 1024 * 1024,
    minimumSide: 512,
    recommendedSide: 1024,
  },
  parameters: {
    base: true,
    trigger: true,
    steps: true,
    learningRate: false,
    rank: false,
    captions: true,
    webhookUrl: true,
    mode: true,
  },
  className: { pattern: '^[A-Za-z0-9 ]+$', description: 'English letters, numbers and spaces' },
  // "LoRA downloading is not available for API usage": Flux1.dev's licence stays with Astria.
  weights: false,
  adopts: ['id'],
  find: true,
  cancel: false,
  remove: true,
  list: true,
}

/** https://docs.astria.ai/docs/api/prompt/create (2026-08-21). */
export const generateCapabilities: GenerateCapabilities = {
  parameters: {
    size: true,
    aspectRatio: true,
    seed: true,
    // Flux refuses it. Stable Diffusion tunes take it by providerOptions.
    negativePrompt: false,
    steps: true,
    guidanceScale: true,
    strength: true,
    format: false,
    image: true,
    mask: true,
    imageStrength: true,
    webhookUrl: true,
  },
  maximumImages: 8,
  // Documented are multiples of 8; the Flux worker rounds to 32. Limits are not documented: 2048 is our own bound.
  size: { kind: 'pixels', multipleOf: 32, minimum: 32, maximum: 2048 },
  formats: ['jpeg'],
  loads: [],
  find: true,
  cancel: false,
  remove: true,
  list: true,
}

/** What Astria can do with the Flux LoRA that this adapter trains unless told otherwise. */
export const astriaCapabilities: Capabilities = {
  fineTune: fineTuneCapabilities,
  generate: generateCapabilities,
  webhooks: 'token',
}

/** The values of `aspect_ratio`. */
export const aspectRatios = ['1:1', '16:9', '9:16', '21:9', '9:21', '3:2', '2:3', '5:4', '4:5', '4:3', '3:4'] as const

/** Flux1.dev in Astria's gallery: what a Flux LoRA is trained on and rendered with. */
export const fluxTuneId = 1504944

/** SDXL 1.0 and Realistic Vision 5.1 in Astria's gallery, reachable by `providerOptions.astria.baseTuneId`. */
export const galleryBases: Readonly<Record<number, string>> = {
  [fluxTuneId]: 'flux-1-dev',
  666678: 'sdxl-1',
  690204: 'realistic-vision-5.1',
}

/** How long models and pictures are kept after they were made, in milliseconds: 30 days. */
export const retentionMs = 30 * 24 * 3600_000
