import type { GenerateCapabilities, SizeSupport } from '@likeness/core'
import type { Range } from './range.js'

/** See {@link inferenceEndpoints}. */
export type InferenceEndpointName =
  | 'flux-pro-finetuned'
  | 'flux-dev-finetuned'
  | 'lora-by-slug'
  | 'flux-pro'
  | 'flux-dev'

/** What one inference endpoint takes, as data. */
export interface InferenceFacts {
  /** Path segment; `undefined` where each model has its own. */
  readonly slug: string | undefined
  /** Name on the wire of each neutral parameter it takes. */
  readonly fields: Readonly<Partial<Record<'steps' | 'guidanceScale' | 'strength' | 'format', string>>>
  readonly limits: Readonly<Partial<Record<'steps' | 'guidanceScale' | 'strength', Range>>>
  /** Name on the wire of each of our options that it takes. */
  readonly options: Readonly<Record<string, string>>
  readonly size: SizeSupport
  /** Pictures come in these formats, the first by default. */
  readonly formats: GenerateCapabilities['formats']
  /** What the vendor calls JPEG. */
  readonly jpeg: 'jpeg' | 'jpg'
  /** The seed must be there; -1 asks for a random one. */
  readonly seedRequired: boolean
}

const fluxRatios = ['1:1', '16:9', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21']
const loraByFinetuneId: InferenceFacts = {
  slug: 'flux-dev-finetuned',
  fields: { steps: 'steps', strength: 'lora_strength' },
  limits: { steps: { minimum: 1, maximum: 100 }, strength: { minimum: -10, maximum: 10 } },
  options: { scheduler: 'scheduler', samplerName: 'sampler_name', hardware: 'hardware' },
  size: {
    kind: 'aspect-ratios',
    // The page names 13 values and shows ten of them. The last three are an assumption: the ten, mirrored.
    ratios: ['1:1', '2:3', '3:4', '5:8', '9:16', '9:19', '9:21', '3:2', '4:3', '8:5', '16:9', '19:9', '21:9'],
  },
  // Not documented; image models of that age answer with JPEG.
  formats: ['jpeg'],
  jpeg: 'jpeg',
  seedRequired: true,
}

/**
 * The inference endpoints. Documents: www.segmind.com/models/<slug>/api, read 2026-11. `flux-pro-finetuned` has no page
 * at Segmind: its parameters are those of BFL's endpoint of that name (docs.bfl.ml), an assumption.
 */
export const inferenceEndpoints: Readonly<Record<InferenceEndpointName, InferenceFacts>> = {
  'flux-pro-finetuned': {
    slug: undefined,
    fields: { steps: 'steps', guidanceScale: 'guidance', strength: 'finetune_strength', format: 'output_format' },
    limits: {
      steps: { minimum: 1, maximum: 50 },
      guidanceScale: { minimum: 1.5, maximum: 5 },
      strength: { minimum: 0, maximum: 2 },
    },
    options: {
      imagePrompt: 'image_prompt',
      promptUpsampling: 'prompt_upsampling',
      safetyTolerance: 'safety_tolerance',
    },
    size: { kind: 'pixels', multipleOf: 32, minimum: 256, maximum: 1440 },
    formats: ['jpeg', 'png'],
    jpeg: 'jpeg',
    seedRequired: false,
  },
  'flux-dev-finetuned': loraByFinetuneId,
  // A public LoRA's own slug takes the same parameters without `finetune_id`.
  'lora-by-slug': { ...loraByFinetuneId, slug: undefined },
  'flux-pro': {
    slug: 'flux-pro',
    fields: { steps: 'steps', guidanceScale: 'guidance', format: 'output_format' },
    limits: {},
    options: { interval: 'interval', safetyTolerance: 'safety_tolerance', outputQuality: 'output_quality' },
    size: { kind: 'aspect-ratios', ratios: fluxRatios },
    formats: ['webp', 'jpeg', 'png'],
    jpeg: 'jpg',
    seedRequired: false,
  },
  'flux-dev': {
    slug: 'flux-dev',
    fields: { steps: 'steps', guidanceScale: 'guidance', format: 'output_format' },
    limits: { guidanceScale: { minimum: 0, maximum: 10 } },
    options: { promptStrength: 'prompt_strength', outputQuality: 'output_quality' },
    size: { kind: 'aspect-ratios', ratios: fluxRatios },
    formats: ['webp', 'jpeg', 'png'],
    jpeg: 'jpg',
    seedRequired: false,
  },
}
