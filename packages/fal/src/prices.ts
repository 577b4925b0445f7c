import {
  type Cost,
  costOf,
  type Estimate,
  estimateOf,
  type GenerateRequest,
  nanoUSD,
  type Price,
  priceLine,
  type Size,
} from '@likeness/core'
import { generateCapabilities } from './capabilities.js'
import { endpointOf, possibleSizes } from './generate-request.js'
import { type FalSettings, optionsOf, providerId } from './settings.js'
import { type Trainer, trainers } from './trainers.js'

const perMegapixel: Price = {
  amount: nanoUSD(0.035),
  unit: 'megapixel',
  asOf: '2026-09',
  source: 'fal.ai/models/fal-ai/flux-lora/stream/llms.txt (0.035 per megapixel; sub-endpoints assumed alike)',
}

/** What fal charges, by endpoint id. `settings.prices` replaces entries or adds further endpoints. */
export const falPrices: Readonly<Record<string, Price>> = {
  'fal-ai/flux-lora': perMegapixel,
  'fal-ai/flux-lora/image-to-image': perMegapixel,
  'fal-ai/flux-lora/inpainting': perMegapixel,
  ...Object.fromEntries(Object.values(trainers).map((trainer) => [trainer.endpoint, trainer.price])),
}

/** The price of an endpoint; `undefined` where none is known. */
export function priceOf(settings: FalSettings, endpoint: string): Price | undefined {
  const known = falPrices[endpoint]
  const replacement = settings.prices?.[endpoint]
  if (replacement === undefined) return known
  if ('unit' in replacement) return replacement
  return known === undefined ? undefined : { ...known, ...replacement }
}

/** A training's price: steps times the price of a step, at least the vendor's minimum. */
export function estimateFineTune(
  settings: FalSettings,
  trainer: Trainer,
  steps: number | undefined,
): Estimate | undefined {
  const price = priceOf(settings, trainer.endpoint)
  if (price === undefined) return undefined
  return estimateOf(price.asOf, [priceLine(trainer.endpoint, price, steps ?? trainer.defaultSteps)])
}

/** A megapixel as it is sold: a picture of 1024 x 1024 counts as one. Assumed; no page defines it. */
const MEGAPIXEL = 1024 * 1024

/**
 * A generation's price. fal rounds each picture up to whole megapixels on some endpoints; of this one no page says so.
 * The minimum is without rounding, the maximum with.
 */
function estimateGeneration(
  settings: FalSettings,
  endpoint: string,
  n: number,
  sizes: { readonly smallest: Size; readonly largest: Size },
): Estimate | undefined {
  const price = priceOf(settings, endpoint)
  if (price === undefined) return undefined
  const lowest = n * ((sizes.smallest.width * sizes.smallest.height) / MEGAPIXEL)
  const pixels = sizes.largest.width * sizes.largest.height
  const highest = n * Math.max(Math.ceil(pixels / MEGAPIXEL), pixels / 1e6)
  return estimateOf(
    price.asOf,
    [priceLine(endpoint, price, lowest)],
    Math.round(Math.max(highest, price.minimumUnits ?? 0) * price.amount),
  )
}

/**
 * The cost that `x-fal-billable-units` tells: units, which the price table turns into money. The vendor has applied its
 * minimum already. `undefined` where header or price are missing.
 *
 * @see https://docs.fal.ai (Platform Headers), 2026
 */
export function costOfUnits(
  settings: FalSettings,
  endpoint: string,
  headers: Readonly<Record<string, string>>,
): Cost | undefined {
  const units = billableUnits(headers)
  const price = priceOf(settings, endpoint)
  if (units === undefined || price === undefined) return undefined
  const { minimumUnits: _, ...perUnit } = price
  return costOf('price-table', [priceLine(endpoint, perUnit, units)])
}

/** The units that fal bills for an answer; `undefined` where it does not say. */
export function billableUnits(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['x-fal-billable-units']
  if (text === undefined || text.trim() === '') return undefined
  const units = Number(text)
  return Number.isFinite(units) && units >= 0 ? units : undefined
}

/** What a generation will cost, from the request alone. */
export function estimateRequest(settings: FalSettings, request: GenerateRequest): Estimate | undefined {
  const id = providerId(settings)
  const { value } = optionsOf(request, id)
  const chosen = typeof value?.endpoint === 'string' ? value.endpoint : settings.generationEndpoint
  const sizes = possibleSizes(request, generateCapabilities, value?.imageSize)
  return estimateGeneration(settings, endpointOf(id, request, chosen), request.n, sizes)
}
