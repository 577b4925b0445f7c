import { LikenessError } from '@likeness/core'
import * as z from 'zod'
import type { SegmindBaseModel, TrainingFacts } from './facts/trainings.js'

/**
 * `providerOptions.segmind` of a fine-tune: what Segmind's pages document and no neutral parameter covers. Which of them
 * a kind of training takes is in `facts/trainings.ts`; the others are refused. Documents: docs.segmind.com, fine-tuning
 * pages (Flux Pro, Flux, Fast Flux, Qwen), read 2026-11. Defaults are the vendor's.
 */
export const fineTuneOptionsSchema = z.strictObject({
  /** Kind of training. @default by `base`, else by the provider's settings */
  baseModel: z.enum(['FLUX_PRO', 'FLUX', 'FAST_FLUX', 'QWEN']).optional(),
  /** FLUX_PRO: CHARACTER, PRODUCT, STYLE, GENERAL. @default by the subject's kind */
  theme: z.string().min(1).optional(),
  /** A prompt that describes the training images, with the trigger word. @default `a photo of <trigger> <class name>` */
  instancePrompt: z.string().min(1).optional(),
  /** Whether everyone may use the model. @default false */
  segmindPublic: z.boolean().optional(),
  /** FLUX: NVIDIA_A100_40GB (default), NVIDIA_H100, NVIDIA_L40S. QWEN: NVIDIA_H100. */
  machineType: z.string().min(1).optional(),
  /** FLUX_PRO. SPEED is faster per step. @default QUALITY */
  priority: z.enum(['SPEED', 'QUALITY', 'HIGH_RES_ONLY']).optional(),
  /** FLUX_PRO: caption the images automatically. @default true */
  captioning: z.boolean().optional(),
  /** FLUX_PRO: full finetuning with the weights extracted into a LoRA, or a raw LoRA. FAST_FLUX too. @default FULL */
  finetuneType: z.enum(['FULL', 'LORA']).optional(),
  /** FLUX, QWEN: caption the images automatically. */
  autoCaption: z.boolean().optional(),
  /** FLUX, as the rest below (limits and defaults not documented; in brackets the page's example). (2) */
  batchSize: z.int().positive().optional(),
  /** (64) */
  bucketSteps: z.int().positive().optional(),
  /** (false) */
  centerCrop: z.boolean().optional(),
  /** (balanced) */
  contentOrStyle: z.string().min(1).optional(),
  /** (2) */
  gradientAccumulationSteps: z.int().positive().optional(),
  /** (16) */
  linear: z.int().positive().optional(),
  /** (16) */
  linearAlpha: z.int().positive().optional(),
  /** `lr_scheduler` (constant) */
  learningRateScheduler: z.string().min(1).optional(),
  /** `max_grad_norm` (0) */
  maximumGradientNorm: z.number().min(0).optional(),
  /** (0) */
  noiseOffset: z.number().min(0).optional(),
  /** `num_train_epochs` (1000) */
  trainingEpochs: z.int().positive().optional(),
  /** (Adafactor) */
  optimizerType: z.string().min(1).optional(),
  /** `prompt`: a sample picture's. */
  samplePrompt: z.string().min(1).optional(),
  /** (false) */
  relativeStep: z.boolean().optional(),
  /** (100) */
  repeats: z.int().positive().optional(),
  /** In pixels. (1024) */
  resolution: z.int().positive().optional(),
  /** (0.01) */
  weightDecay: z.number().min(0).optional(),
  /** FAST_FLUX: crop to faces. */
  faceCrop: z.boolean().optional(),
})

/** See {@link fineTuneOptionsSchema}. */
export type SegmindFineTuneOptions = z.input<typeof fineTuneOptionsSchema>

/**
 * `providerOptions.segmind` of a generation. Which of them an endpoint takes is in `facts/inference-endpoints.ts`; the
 * others are refused. Documents: www.segmind.com/models/{flux-dev-finetuned,flux-dev,flux-pro}/api, and for Flux Pro
 * models docs.bfl.ml "Generate an image with flux [pro] finetune", read 2026-11.
 */
export const generateOptionsSchema = z.strictObject({
  /** For this request. @default the provider's settings */
  inference: z.enum(['v2', 'v1']).optional(),
  /** Call a LoRA by its own slug instead of `flux-dev-finetuned`. @default false */
  useModelSlug: z.boolean().optional(),
  /** Flux Pro models: picture to take up, as base64. */
  imagePrompt: z.base64().optional(),
  /** Flux Pro models: let the vendor elaborate the prompt. @default false */
  promptUpsampling: z.boolean().optional(),
  /** Flux Pro: 0 (strict) to 6. @default 2 */
  safetyTolerance: z.int().min(0).max(6).optional(),
  /** LoRA models. @default simple */
  scheduler: z.string().min(1).optional(),
  /** LoRA models. @default euler */
  samplerName: z.string().min(1).optional(),
  /** LoRA models: what to optimise for. @default cost */
  hardware: z.string().min(1).optional(),
  /** Base model flux-pro: variation. @default 2 */
  interval: z.number().positive().optional(),
  /** Base models: 0 to 100. @default 80 */
  outputQuality: z.int().min(0).max(100).optional(),
  /** Base model flux-dev. @default 0.8 */
  promptStrength: z.number().min(0).max(1).optional(),
})

/** See {@link generateOptionsSchema}. */
export type SegmindGenerateOptions = z.input<typeof generateOptionsSchema>

/** Those of `options` that the job takes, under their names on the wire. */
export function wireOptions(
  options: Readonly<Record<string, unknown>>,
  taken: Readonly<Record<string, string>>,
  elsewhere: readonly string[],
  job: string,
  provider: string,
): Record<string, unknown> {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && !elsewhere.includes(name))
  const wrong = given.filter(([name]) => taken[name] === undefined).map(([name]) => name)
  if (wrong.length > 0) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${job} has no ${wrong.join(', ')}.`,
      provider,
      fields: wrong.map((name) => ({ field: `providerOptions.${provider}.${name}`, message: `not taken by ${job}` })),
      hint: `${job} takes ${Object.keys(taken).join(', ') || 'no options'}.`,
    })
  }
  return Object.fromEntries(given.map(([name, value]) => [taken[name], value]))
}

/** Refuses a theme or machine that the kind of training does not have. */
export function checkChoices(
  options: SegmindFineTuneOptions,
  baseModel: SegmindBaseModel,
  { themes, machineTypes = [] }: TrainingFacts,
  provider: string,
): void {
  const choices = { theme: themes, machineType: machineTypes }
  for (const [name, allowed] of Object.entries(choices)) {
    const given = options[name as keyof typeof choices]
    if (given === undefined || allowed.includes(given)) continue
    const message = allowed.length > 0 ? `must be one of ${allowed.join(', ')}` : 'not taken'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${baseModel}: ${name} is ${JSON.stringify(given)}; ${message}.`,
      provider,
      fields: [{ field: `providerOptions.${provider}.${name}`, message }],
    })
  }
}
