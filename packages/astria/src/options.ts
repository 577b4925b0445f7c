import * as z from 'zod'
import { aspectRatios } from './capabilities.js'

const identifier = z.int().positive()

/**
 * Parameters of a prompt that have no neutral name.
 * https://docs.astria.ai/docs/api/prompt/create (2026-08-21)
 */
const promptShape = {
  /** Stable Diffusion only; Flux refuses it. */
  negativePrompt: z.string().optional(),
  /** Upscale four times. Costs extra. */
  superResolution: z.boolean().optional(),
  /** Needs `superResolution`. Costs extra. */
  inpaintFaces: z.boolean().optional(),
  /** Adds details. Needs `superResolution`. Costs extra. */
  hiresFix: z.boolean().optional(),
  faceCorrect: z.boolean().optional(),
  /** Swaps in the face of the training images. */
  faceSwap: z.boolean().optional(),
  /** Weighted prompts; of no use with Flux. */
  useLpw: z.boolean().optional(),
  /** Legacy; prefer `aspectRatio` of the request. `anamorphic` is on the page of 2023 alone. */
  ar: z.enum(['1:1', 'portrait', '16:9', 'landscape', 'anamorphic']).optional(),
  /** Partner models only. */
  resolution: z.enum(['1K', '2K', '4K']).optional(),
  /** Default: the account's. */
  scheduler: z
    .enum(['euler', 'euler_a', 'dpm++2m_karras', 'dpm++sde_karras', 'dpm++2m', 'dpm++sde', 'lcm', 'tcd'])
    .optional(),
  /** Default: the account's. */
  backendVersion: z.literal(1).nullable().optional(),
  style: z
    .enum([
      'Cinematic',
      'Animated',
      'Digital Art',
      'Photographic',
      'Fantasy art',
      'Neonpunk',
      'Enhance',
      'Comic book',
      'Lowpoly',
      'Line art',
    ])
    .nullable()
    .optional(),
  colorGrading: z.enum(['Film Velvia', 'Film Portra', 'Ektar']).optional(),
  filmGrain: z.boolean().optional(),
  /** Lets supported models expand the prompt. */
  promptExpansion: z.boolean().optional(),
  /** Label that groups prompts. */
  theme: z.string().optional(),
  /** Needs an input image. */
  controlnet: z
    .enum([
      'composition',
      'reference',
      'segroom',
      'ipadapter',
      'lineart',
      'canny',
      'depth',
      'mlsd',
      'hed',
      'pose',
      'tile',
      'qr',
    ])
    .optional(),
  controlnetConditioningScale: z.number().min(0).max(1).optional(),
  /** True for text to image with control, false for image to image. */
  controlnetTxt2img: z.boolean().optional(),
  /** Publishes the finished prompt in Astria's community feed. */
  community: z.boolean().optional(),
  /** Makes the prompt a template of a pack. */
  packId: identifier.optional(),
  /** Records a pack as where the prompt comes from. */
  basePackId: identifier.optional(),
}

interface Upscaling {
  readonly superResolution?: boolean | undefined
  readonly inpaintFaces?: boolean | undefined
  readonly hiresFix?: boolean | undefined
}

function checkUpscaling(options: Upscaling, context: z.RefinementCtx<unknown>) {
  for (const name of ['inpaintFaces', 'hiresFix'] as const) {
    if (options[name] === true && options.superResolution !== true) {
      context.addIssue({ code: 'custom', path: [name], message: 'needs superResolution: true' })
    }
  }
}

/** `providerOptions.astria` of a generation. */
export const generateOptionsSchema = z
  .strictObject({
    ...promptShape,
    /** Bills and files the prompt in this workspace. Default: `workspaceId` of the settings. */
    workspaceId: identifier.optional(),
    /**
     * Gallery model to generate with instead of Flux1.dev, e.g. a partner model. Only without a portfolio: a
     * fine-tuned model is bound to its base.
     */
    tuneId: identifier.optional(),
  })
  .superRefine(checkUpscaling)

/** See {@link generateOptionsSchema}. */
export type AstriaGenerateOptions = z.input<typeof generateOptionsSchema>

/** One prompt that runs by itself when the training is done. It is paid for like any other. */
const nestedPromptSchema = z
  .strictObject({
    ...promptShape,
    /** `{subject}` stands for the trained thing. A Flux LoRA needs no `<lora:...>` here. */
    text: z.string().min(1),
    /** Required, because Astria's own default is not documented and every picture costs. */
    numImages: z.int().min(1).max(8),
    seed: z.int().min(0).max(4_294_967_295).optional(),
    steps: z.int().min(1).max(50).optional(),
    cfgScale: z.number().min(0).max(15).optional(),
    aspectRatio: z.enum(aspectRatios).optional(),
    w: z.int().multipleOf(8).max(2048).optional(),
    h: z.int().multipleOf(8).max(2048).optional(),
    denoisingStrength: z.number().min(0).max(1).optional(),
    inputImageUrl: z.url().optional(),
    maskImageUrl: z.url().optional(),
    /** Sent as it is; not proven by our token. */
    callback: z.url().optional(),
    /** Strength of the LoRA. */
    loraScale: z.number().optional(),
    workspaceId: identifier.optional(),
  })
  .superRefine(checkUpscaling)

/**
 * `providerOptions.astria` of a fine-tune.
 * https://docs.astria.ai/docs/api/tune/create (2026-08-21)
 */
export const fineTuneOptionsSchema = z.strictObject({
  /** `null` is the preset "high": 100 steps an image, for styles or 20 and more images. */
  preset: z.enum(['flux-lora-focus', 'flux-lora-portrait', 'flux-lora-fast']).nullable().optional(),
  /** `null` trains a checkpoint. Default: `lora`. */
  modelType: z.enum(['lora', 'pti', 'faceid']).nullable().optional(),
  /** Default: the base's. The free mock branch `fast` is `mode: 'mock'` of the request. */
  branch: z.enum(['flux1', 'sd15', 'sdxl1']).optional(),
  /** Gallery model, or a former tune, to train on. Default: 1504944, Flux1.dev. */
  baseTuneId: identifier.optional(),
  /** Adds crops of detected faces to the training set. Default: the account's. */
  faceCrop: z.boolean().optional(),
  /** Repairs faces in the training images (GFPGAN). */
  trainingFaceCorrect: z.boolean().optional(),
  /** Extends the storage beyond 30 days, for a fee each month. */
  autoExtend: z.boolean().optional(),
  /** Values for `{{key}}` in prompt texts. */
  characteristics: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  /** Prompts that run by themselves when the training is done. */
  promptsAttributes: z.array(nestedPromptSchema).min(1).optional(),
})

/** See {@link fineTuneOptionsSchema}. */
export type AstriaFineTuneOptions = z.input<typeof fineTuneOptionsSchema>
