import type { InvoiceLine } from '../core/types.js'

/** A rate as the platform API lists it. `nanoUSD` per unit. */
export interface Price {
  readonly unit: 'megapixels' | 'steps' | 'runs'
  readonly nanoUSD: number
  /** Units billed at least. */
  readonly minimum?: number
}

const usd = (amount: number) => Math.round(amount * 1_000_000_000)

/** fal.ai model pages and llms.txt copies of 2026; conflicts between sources are noted in the line. */
const prices: Readonly<Record<string, Price>> = {
  'fal-ai/flux-lora': { unit: 'megapixels', nanoUSD: usd(0.035) }, // llms.txt of flux-lora/stream, 2026
  'fal-ai/flux-lora/image-to-image': { unit: 'megapixels', nanoUSD: usd(0.035) }, // as its parent
  'fal-ai/flux-lora/inpainting': { unit: 'megapixels', nanoUSD: usd(0.035) }, // as its parent
  'fal-ai/flux/dev': { unit: 'megapixels', nanoUSD: usd(0.025) },
  'fal-ai/flux/schnell': { unit: 'megapixels', nanoUSD: usd(0.003) },
  'fal-ai/flux-kontext-lora': { unit: 'megapixels', nanoUSD: usd(0.035) }, // assumed: no page read
  'fal-ai/flux-2/lora': { unit: 'megapixels', nanoUSD: usd(0.021) },
  'fal-ai/flux-2/lora/edit': { unit: 'megapixels', nanoUSD: usd(0.021) },
  'fal-ai/flux-2/klein/9b/base/lora': { unit: 'megapixels', nanoUSD: usd(0.021) }, // assumed
  'fal-ai/qwen-image-2512/lora': { unit: 'megapixels', nanoUSD: usd(0.02) }, // of qwen-image
  'fal-ai/z-image/turbo/lora': { unit: 'megapixels', nanoUSD: usd(0.0085) },
  'fal-ai/ernie-image/lora': { unit: 'megapixels', nanoUSD: usd(0.02) }, // assumed
  'fal-ai/krea-2/turbo/lora': { unit: 'megapixels', nanoUSD: usd(0.02) }, // assumed
  // 2.00 a run of 1000 steps, "scales with steps" (model page early 2026; same figure autumn 2026)
  'fal-ai/flux-lora-fast-training': { unit: 'steps', nanoUSD: usd(0.002) },
  'fal-ai/turbo-flux-trainer': { unit: 'steps', nanoUSD: usd(0.0024) }, // 2.40 / 1000 steps
  'fal-ai/flux-lora-portrait-trainer': { unit: 'steps', nanoUSD: usd(0.0024), minimum: 1_000 },
  'fal-ai/flux-kontext-trainer': { unit: 'steps', nanoUSD: usd(0.0025), minimum: 500 },
  'fal-ai/flux-2-trainer': { unit: 'steps', nanoUSD: usd(0.0064) }, // earlier 0.008
  'fal-ai/flux-2-trainer-v2': { unit: 'steps', nanoUSD: usd(0.0064) }, // one source says 0.0255
  'fal-ai/flux-2-klein-9b-base-trainer': { unit: 'steps', nanoUSD: usd(0.0043) },
  'fal-ai/qwen-image-2512-trainer': { unit: 'steps', nanoUSD: usd(0.0015), minimum: 500 },
  'fal-ai/z-image-trainer': { unit: 'steps', nanoUSD: usd(0.00226), minimum: 100 },
  'fal-ai/z-image-turbo-trainer-v2': { unit: 'steps', nanoUSD: usd(0.00085), minimum: 100 },
  'fal-ai/ernie-image-trainer': { unit: 'steps', nanoUSD: usd(0.002) }, // assumed
  'fal-ai/krea-2-trainer': { unit: 'steps', nanoUSD: usd(0.003), minimum: 100 },
}

export function priceOf(endpointId: string): Price | undefined {
  return prices[endpointId]
}

export function billSteps(endpointId: string, steps: number): InvoiceLine[] {
  return bill(endpointId, steps)
}

/**
 * Megapixels of each image are rounded up to whole ones ("rounded up to the nearest megapixel", flux/dev page 2026);
 * one is taken as 1024 x 1024, since that size is sold as one (assumed).
 */
export function billImages(endpointId: string, images: number, width: number, height: number): InvoiceLine[] {
  return bill(endpointId, images * Math.ceil((width * height) / 1_048_576))
}

function bill(endpointId: string, units: number): InvoiceLine[] {
  const price = prices[endpointId]
  if (price === undefined) throw new RangeError(`there is no price for ${endpointId}`)
  const quantity = Math.max(units, price.minimum ?? 0)
  return [{ label: endpointId, quantity, unit: price.unit, amount: quantity * price.nanoUSD }]
}
