/**
 * The endpoints that are emulated, as data. Schemas: types of fal-js 381105e (2026-08-02); trainers' differing field
 * names: the same, and fal.ai model pages of 2026. Where no source gives a figure the value is marked "assumed".
 */

export interface TrainerModel {
  readonly kind: 'fine-tune'
  readonly id: string
  readonly datasetField: string
  /** The trigger word, or the caption for images without one. */
  readonly wordField: string
  readonly wordRequired: boolean
  /** Without captions in the archive the word is needed (FLUX.2 family). */
  readonly captionNeeded: boolean
  readonly defaultWord: string | undefined
  readonly defaultSteps: number
  readonly maxSteps: number
  readonly minImages: number
  /** Field of the result that holds the weights. */
  readonly weightsField: string
  readonly baseModel: string
}

export interface GeneratorModel {
  readonly kind: 'generation'
  readonly id: string
  /** Weights of this base can be loaded. */
  readonly baseModel: string
  /** 0: takes no `loras` at all. */
  readonly maxLoras: number
  readonly formats: readonly ('jpeg' | 'png' | 'webp')[]
  readonly defaultFormat: 'jpeg' | 'png' | 'webp'
  readonly defaultSize: string
  /** Pixels of a side of a custom size. */
  readonly side: { readonly min: number; readonly max: number }
  readonly steps: { readonly default: number; readonly min: number; readonly max: number }
  readonly guidance: { readonly default: number; readonly min: number; readonly max: number }
  readonly accelerations: readonly string[]
  readonly maxImages: number
  /** Required image fields; a name that ends in `s` is a list. */
  readonly imageFields: readonly string[]
}

export type Model = TrainerModel | GeneratorModel

function trainer(id: string, baseModel: string, differences: Partial<TrainerModel> = {}): TrainerModel {
  return {
    kind: 'fine-tune',
    id,
    baseModel,
    datasetField: 'image_data_url',
    wordField: 'default_caption',
    wordRequired: false,
    captionNeeded: false,
    defaultWord: undefined,
    defaultSteps: 1_000,
    maxSteps: 10_000, // assumed
    minImages: 1, // assumed where no page gives one
    weightsField: 'diffusers_lora_file',
    ...differences,
  }
}

function generator(id: string, baseModel: string, differences: Partial<GeneratorModel> = {}): GeneratorModel {
  return {
    kind: 'generation',
    id,
    baseModel,
    maxLoras: Number.POSITIVE_INFINITY,
    formats: ['jpeg', 'png'],
    defaultFormat: 'jpeg',
    defaultSize: 'landscape_4_3',
    side: { min: 16, max: 14_142 }, // assumed
    steps: { default: 28, min: 1, max: 50 },
    guidance: { default: 3.5, min: 0, max: 35 },
    accelerations: ['none', 'regular'],
    maxImages: 4, // assumed
    imageFields: [],
    ...differences,
  }
}

const flux1 = 'FLUX.1-dev'
const flux2: Partial<GeneratorModel> = {
  maxLoras: 3,
  formats: ['jpeg', 'png', 'webp'],
  defaultFormat: 'png',
  side: { min: 512, max: 2_048 },
  steps: { default: 28, min: 4, max: 50 },
  guidance: { default: 2.5, min: 0, max: 20 },
  accelerations: ['none', 'regular', 'high'],
}
const fluxArchive: Partial<TrainerModel> = { datasetField: 'images_data_url', minImages: 4 }

const all: readonly Model[] = [
  trainer('fal-ai/flux-lora-fast-training', flux1, { ...fluxArchive, wordField: 'trigger_word' }),
  trainer('fal-ai/flux-lora-portrait-trainer', flux1, {
    ...fluxArchive,
    wordField: 'trigger_phrase',
    defaultSteps: 2_500,
  }),
  trainer('fal-ai/turbo-flux-trainer', flux1, { ...fluxArchive, wordField: 'trigger_phrase', defaultWord: 'ohwx' }),
  trainer('fal-ai/flux-kontext-trainer', 'FLUX.1-Kontext-dev'),
  trainer('fal-ai/flux-2-trainer', 'FLUX.2-dev', { captionNeeded: true }),
  trainer('fal-ai/flux-2-trainer-v2', 'FLUX.2-dev', { captionNeeded: true }),
  trainer('fal-ai/flux-2-klein-9b-base-trainer', 'FLUX.2-klein-9B', { captionNeeded: true }),
  trainer('fal-ai/qwen-image-2512-trainer', 'Qwen-Image-2512'),
  trainer('fal-ai/z-image-trainer', 'Z-Image-Turbo'),
  trainer('fal-ai/z-image-turbo-trainer-v2', 'Z-Image-Turbo'),
  trainer('fal-ai/ernie-image-trainer', 'ERNIE-Image', { datasetField: 'images_data_url', defaultSteps: 2_000 }),
  trainer('fal-ai/krea-2-trainer', 'Krea-2', {
    datasetField: 'images_data_url',
    wordField: 'trigger_phrase',
    defaultSteps: 100,
    weightsField: 'lora_file',
  }),
  generator('fal-ai/flux-lora', flux1),
  generator('fal-ai/flux-lora/image-to-image', flux1, { imageFields: ['image_url'] }),
  generator('fal-ai/flux-lora/inpainting', flux1, { imageFields: ['image_url', 'mask_url'] }),
  generator('fal-ai/flux/dev', flux1, { maxLoras: 0, steps: { default: 28, min: 1, max: 50 } }),
  generator('fal-ai/flux/schnell', 'FLUX.1-schnell', { maxLoras: 0, steps: { default: 4, min: 1, max: 12 } }),
  generator('fal-ai/flux-kontext-lora', 'FLUX.1-Kontext-dev', {
    imageFields: ['image_url'],
    guidance: { default: 2.5, min: 0, max: 20 },
    steps: { default: 30, min: 10, max: 50 },
    defaultFormat: 'png',
    accelerations: ['none', 'regular', 'high'],
  }),
  generator('fal-ai/flux-2/lora', 'FLUX.2-dev', flux2),
  generator('fal-ai/flux-2/lora/edit', 'FLUX.2-dev', { ...flux2, imageFields: ['image_urls'] }),
  generator('fal-ai/flux-2/klein/9b/base/lora', 'FLUX.2-klein-9B', flux2),
  generator('fal-ai/qwen-image-2512/lora', 'Qwen-Image-2512', { ...flux2, guidance: { default: 4, min: 0, max: 20 } }),
  generator('fal-ai/z-image/turbo/lora', 'Z-Image-Turbo', { ...flux2, steps: { default: 8, min: 1, max: 8 } }),
  generator('fal-ai/ernie-image/lora', 'ERNIE-Image', { ...flux2 }),
  generator('fal-ai/krea-2/turbo/lora', 'Krea-2', { ...flux2 }),
]

export const models: ReadonlyMap<string, Model> = new Map(all.map((model) => [model.id, model]))

/** `owner/app`; ids in the namespaces `workflows` and `comfy` keep three segments (fal-js `utils.js`). */
export function appOf(endpointId: string): string {
  const segments = endpointId.split('/')
  return segments.slice(0, segments[0] === 'workflows' || segments[0] === 'comfy' ? 3 : 2).join('/')
}

/** True when everything under the app trains. */
export function isTrainerApp(app: string): boolean {
  const own = all.filter((model) => appOf(model.id) === app)
  return own.length > 0 && own.every((model) => model.kind === 'fine-tune')
}

export function isKnownApp(app: string): boolean {
  return all.some((model) => appOf(model.id) === app)
}
