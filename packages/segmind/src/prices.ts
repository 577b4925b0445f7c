import {
  type Estimate,
  estimateOf,
  type FineTuneRequest,
  type GenerateRequest,
  nanoUSD,
  type Price,
  priceLine,
} from '@likeness/core'
import type { InferenceEndpointName } from './facts/inference-endpoints.js'
import type { SegmindBaseModel } from './facts/trainings.js'
import type { SegmindSettings } from './settings.js'

const bfl = 'docs.bfl.ml/quick_start/pricing before 2025-10-31; that Segmind charges the same is an assumption'
const average = 'segmind.com/llms.txt: average cost of a picture, not a list price'

/**
 * Segmind publishes no training price and charges most inference by the GPU-second. The figures here are BFL's own
 * prices for Flux Pro and Segmind's published averages for the rest. `settings.prices` replaces them by name; a
 * `training.FLUX` (also `FAST_FLUX`, `QWEN`) given there makes estimates for those trainings possible.
 */
export const segmindPrices: Readonly<Record<string, Price>> = {
  'training.FLUX_PRO.short': {
    amount: nanoUSD(2),
    unit: 'run',
    asOf: '2025-10',
    source: `${bfl}: below 150 iterations`,
  },
  'training.FLUX_PRO.usual': {
    amount: nanoUSD(4),
    unit: 'run',
    asOf: '2025-10',
    source: `${bfl}: 150 to 500 iterations`,
  },
  'training.FLUX_PRO.long': {
    amount: nanoUSD(6),
    unit: 'run',
    asOf: '2025-10',
    source: `${bfl}: above 500 iterations`,
  },
  'flux-pro-finetuned': { amount: nanoUSD(0.06), unit: 'image', asOf: '2025-10', source: bfl },
  'flux-dev-finetuned': { amount: nanoUSD(0.034), unit: 'image', asOf: '2026-08', source: average },
  // No figure of its own is published; the endpoint does the same work as flux-dev-finetuned.
  'lora-by-slug': {
    amount: nanoUSD(0.034),
    unit: 'image',
    asOf: '2026-08',
    source: `${average}, of flux-dev-finetuned`,
  },
  'flux-dev': { amount: nanoUSD(0.0196), unit: 'image', asOf: '2026-08', source: average },
  'flux-pro': {
    amount: nanoUSD(0.069),
    unit: 'image',
    asOf: '2026-08',
    source: 'www.segmind.com/models/flux-pro/pricing',
  },
}

// Charged by the GPU-second: one picture may cost more than the average. Twice the average is our margin.
const averageMargin = 2

function priceOf(name: string, settings: SegmindSettings): Price | undefined {
  const builtIn = segmindPrices[name]
  const given = settings.prices?.[name]
  if (given === undefined) return builtIn
  return { unit: 'run', asOf: 'settings', ...builtIn, source: 'settings.prices', ...given }
}

function estimate(label: string, price: Price, quantity: number, margin: number): Estimate {
  const line = priceLine(label, price, quantity)
  return estimateOf(price.asOf, [line], line.amount * margin)
}

/** What a training will cost; `undefined` where no price is known. BFL's default is 300 iterations. */
export function estimateTraining(
  baseModel: SegmindBaseModel,
  request: Pick<FineTuneRequest, 'steps'>,
  settings: SegmindSettings,
): Estimate | undefined {
  const steps = request.steps ?? 300
  const length = steps < 150 ? 'short' : steps <= 500 ? 'usual' : 'long'
  const name = baseModel === 'FLUX_PRO' ? `training.FLUX_PRO.${length}` : `training.${baseModel}`
  const price = priceOf(name, settings)
  return price && estimate(`${baseModel} training`, price, 1, 1)
}

/** What pictures will cost. */
export function estimatePictures(
  endpoint: InferenceEndpointName,
  request: Pick<GenerateRequest, 'n'>,
  settings: SegmindSettings,
): Estimate | undefined {
  const price = priceOf(endpoint, settings)
  return price && estimate(endpoint, price, request.n, price.source.startsWith(average) ? averageMargin : 1)
}
