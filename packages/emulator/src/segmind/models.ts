/** What an inference model takes (www.segmind.com/models/<slug>/api). Numbers are inclusive bounds. */
export interface Model {
  readonly slug: string
  /** `finetune_id` in the body, the model's own slug, or nothing. */
  readonly fineTune: 'by-id' | 'by-slug' | 'none'
  readonly strengthField?: {
    readonly name: string
    readonly minimum: number
    readonly maximum: number
    readonly default: number
  }
  readonly steps: { readonly minimum: number; readonly maximum: number }
  readonly guidance?: { readonly minimum: number; readonly maximum: number }
  readonly requiresSeed?: true
  readonly requiresPrompt: boolean
  readonly size:
    | { readonly type: 'ratio'; readonly ratios: readonly string[] }
    | {
        readonly type: 'pixels'
        readonly width: number
        readonly height: number
        readonly minimum: number
        readonly maximum: number
        readonly multipleOf: number
      }
  /** On the wire; the first is the default. */
  readonly formats: readonly ('jpeg' | 'jpg' | 'png' | 'webp')[]
  readonly maximumSamples: number
  readonly hasBase64?: true
  /** Nano-USD an image. */
  readonly price: number
}

const ratios = ['1:1', '16:9', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21']
const anySteps = { minimum: 1, maximum: 100 }

/** Prices are the published averages (segmind.com/llms.txt, 2026-08), not list prices. */
export const models: readonly Model[] = [
  {
    slug: 'flux-dev',
    fineTune: 'none',
    steps: anySteps,
    guidance: { minimum: 0, maximum: 10 },
    requiresPrompt: true,
    size: { type: 'ratio', ratios },
    formats: ['webp', 'jpg', 'png'],
    maximumSamples: 4,
    price: 19_600_000,
  },
  {
    slug: 'flux-pro',
    fineTune: 'none',
    steps: anySteps,
    guidance: { minimum: 0, maximum: 10 },
    requiresPrompt: true,
    size: { type: 'ratio', ratios },
    formats: ['webp', 'jpg', 'png'],
    maximumSamples: 1,
    price: 67_200_000,
  },
  {
    slug: 'fast-flux-schnell',
    fineTune: 'none',
    steps: anySteps,
    requiresPrompt: true,
    size: { type: 'ratio', ratios },
    formats: ['jpeg'],
    maximumSamples: 1,
    hasBase64: true,
    price: 5_500_000,
  },
  {
    slug: 'flux-schnell',
    fineTune: 'none',
    steps: { minimum: 1, maximum: 8 },
    requiresPrompt: true,
    size: { type: 'pixels', width: 1024, height: 1024, minimum: 512, maximum: 2048, multipleOf: 8 },
    formats: ['jpeg'],
    maximumSamples: 4,
    price: 7_900_000,
  },
]

/** The page names 13 ratios and shows ten; the last three are assumed. */
const loraRatios = ['1:1', '2:3', '3:4', '5:8', '9:16', '9:19', '9:21', '3:2', '4:3', '8:5', '16:9', '19:9', '21:9']

export const fluxDevFineTuned: Model = {
  slug: 'flux-dev-finetuned',
  fineTune: 'by-id',
  strengthField: { name: 'lora_strength', minimum: -10, maximum: 10, default: 1 },
  steps: anySteps,
  requiresSeed: true,
  requiresPrompt: true,
  size: { type: 'ratio', ratios: loraRatios },
  formats: ['jpeg'],
  maximumSamples: 1,
  price: 34_000_000,
}

/** A LoRA's own slug `<uuid>-<name>` takes the same without `finetune_id`. */
export function loraModel(slug: string): Model {
  return { ...fluxDevFineTuned, slug, fineTune: 'by-slug' }
}

/** Segmind has no page for it: assumed are BFL's parameters and price of flux-pro-finetuned (before 2025-10-31). */
export function fluxProModel(slug: string): Model {
  return {
    slug,
    fineTune: 'by-slug',
    strengthField: { name: 'finetune_strength', minimum: 0, maximum: 2, default: 1.1 },
    steps: { minimum: 1, maximum: 50 },
    guidance: { minimum: 1.5, maximum: 5 },
    requiresPrompt: false,
    size: { type: 'pixels', width: 1024, height: 768, minimum: 256, maximum: 1440, multipleOf: 32 },
    formats: ['jpeg', 'png'],
    maximumSamples: 1,
    price: 60_000_000,
  }
}

/** About a megapixel, in steps of 64; the exact sizes are not documented. */
export function sizeOfRatio(ratio: string): { width: number; height: number } {
  const [across = 1, down = 1] = ratio.split(':').map(Number)
  const unit = Math.sqrt((1024 * 1024) / (across * down))
  const to64 = (pixels: number) => Math.max(64, Math.round(pixels / 64) * 64)
  return { width: to64(across * unit), height: to64(down * unit) }
}
