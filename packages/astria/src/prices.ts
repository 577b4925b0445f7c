import {
  type Cost,
  type CostLine,
  costOf,
  type Estimate,
  estimateOf,
  type FineTuneRequest,
  type GenerateRequest,
  type JobHandle,
  LikenessError,
  type NanoUSD,
  type Price,
  priceLine,
  sumLines,
} from '@likeness/core'
import { fluxTuneId } from './capabilities.js'
import type { AstriaSettings } from './settings.js'

/** The day the figures were last looked for. Astria's price page (www.astria.ai/pricing) needs an account. */
const pricesAsOf = '2026-11-20'

/** Figures by name; `settings.prices` replaces them. */
export const astriaPrices = {
  'tune.step': {
    amount: 5_000_000,
    unit: 'step',
    asOf: '2025-06',
    source:
      'Recorded tunes: 300 steps cost_mc 150000 (2025-06), 405 steps cost_mc 202500 (2024-10). Sure for Flux LoRA.',
  },
  'tune.auto-extend': {
    amount: 500_000_000,
    unit: 'month',
    asOf: '2026-02',
    source: 'Astria support FAQ: $0.5 a model and month.',
  },
  'prompt.image': {
    amount: 30_000_000,
    unit: 'image',
    asOf: '2025',
    source: 'www.astria.ai/creators: "~$0.03 per image". Approximate.',
  },
  'prompt.image.enhanced': {
    amount: 60_000_000,
    unit: 'image',
    asOf: '2025-04',
    source:
      'docs.astria.ai/docs/api/pack/get: packs cost about 6 cents an image with upscaling and face inpainting. Assumed for upscaled pictures, and as the bound for several models.',
  },
} as const satisfies Record<string, Price>

/** See {@link astriaPrices}. */
export type AstriaPrices = Readonly<Record<keyof typeof astriaPrices, Price>>

/** Steps that are trained: documented by preset, https://docs.astria.ai/docs/use-cases/flux-finetuning (2026-08-21). */
const steps = { minimum: 300, perImage: 27, perImageHigh: 100 } as const

/**
 * The price table with the caller's figures in place.
 *
 * @throws LikenessError `invalid-request` when a name is not in the table
 */
export function priceTable(overrides: AstriaSettings['prices'] = {}): AstriaPrices {
  const unknown = Object.keys(overrides).find((name) => !Object.hasOwn(astriaPrices, name))
  if (unknown !== undefined) {
    const message = `unknown price, expected one of ${Object.keys(astriaPrices).join(', ')}`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `prices.${unknown}: ${message}.`,
      fields: [{ field: `prices.${unknown}`, message }],
    })
  }
  const entries = Object.entries(astriaPrices).map(([name, price]) => [name, { ...price, ...overrides[name] }])
  return Object.fromEntries(entries) as AstriaPrices
}

/** `cost_mc` of tunes and prompts: 100 000 are one dollar (Astria's command line, 2026-08-21). */
export function nanoUSDFromMillicents(millicents: number): NanoUSD {
  return Math.round(millicents * 10_000)
}

/** Options as they came, before they are checked: an estimate is worked out offline and at once. */
type RawOptions = Readonly<Record<string, unknown>>

function isOptions(value: unknown): value is RawOptions {
  return typeof value === 'object' && value !== null
}

const free: CostLine = { label: 'mock', quantity: 1, unit: 'run', unitAmount: 0, amount: 0 }

/** Upscaling is charged, and whatever builds on it (face inpainting, details) needs it. */
function isEnhanced(options: RawOptions): boolean {
  return options.superResolution === true
}

function imagesLine(prices: AstriaPrices, count: number, enhanced: boolean): CostLine {
  return priceLine('pictures', prices[enhanced ? 'prompt.image.enhanced' : 'prompt.image'], count)
}

function nestedPromptLines(prices: AstriaPrices, options: RawOptions): CostLine[] {
  const { promptsAttributes } = options
  if (!Array.isArray(promptsAttributes)) return []
  return promptsAttributes
    .filter(isOptions)
    .map((prompt) =>
      imagesLine(prices, typeof prompt.numImages === 'number' ? prompt.numImages : 8, isEnhanced(prompt)),
    )
}

/** How many steps will be trained, at least and at most; Astria's choice is not documented for every preset. */
function stepRange(request: FineTuneRequest, options: RawOptions): readonly [minimum: number, maximum: number] {
  if (request.steps !== undefined) return [request.steps, request.steps]
  const low = Math.max(steps.minimum, steps.perImage * request.images.length)
  const high = Math.max(steps.minimum, steps.perImageHigh * request.images.length)
  if (options.preset === 'flux-lora-portrait' || options.preset === 'flux-lora-fast') return [low, low]
  return options.preset === null ? [high, high] : [low, high]
}

function isFluxLora({ modelType, branch, baseTuneId }: RawOptions): boolean {
  return (
    (modelType === undefined || modelType === 'lora') &&
    (branch === undefined || branch === 'flux1') &&
    (baseTuneId === undefined || baseTuneId === fluxTuneId)
  )
}

/** What a training will cost. `undefined` for anything but a Flux LoRA, whose steps alone have a known price. */
export function estimateFineTune(
  request: FineTuneRequest,
  options: RawOptions,
  prices: AstriaPrices,
): Estimate | undefined {
  if (request.mode === 'mock') return estimateOf(pricesAsOf, [free])
  if (!isFluxLora(options)) return undefined
  const [low, high] = stepRange(request, options)
  const lines = [priceLine('training', prices['tune.step'], low), ...nestedPromptLines(prices, options)]
  const extension = options.autoExtend === true ? prices['tune.auto-extend'].amount : 0
  const further = priceLine('training', prices['tune.step'], high).amount - (lines[0]?.amount ?? 0)
  return estimateOf(pricesAsOf, lines, sumLines(lines) + further + extension)
}

/** What a generation will cost. `undefined` for models whose price is not known. */
export function estimateGenerate(
  request: GenerateRequest,
  options: RawOptions,
  prices: AstriaPrices,
): Estimate | undefined {
  if (request.models.some(({ model }) => model.mock)) return estimateOf(pricesAsOf, [free])
  if (options.tuneId !== undefined && options.tuneId !== fluxTuneId) return undefined
  if (request.models.some(({ model }) => model.base !== 'flux-1-dev')) return undefined
  const enhanced = isEnhanced(options)
  // Several models in one prompt cost extra; how much is not known.
  const highest = imagesLine(prices, request.n, enhanced || request.models.length > 1)
  return estimateOf(pricesAsOf, [imagesLine(prices, request.n, enhanced)], highest.amount)
}

/** What a job cost: Astria's own figure, else the price table's where it leaves no range. */
export function costOfJob(
  handle: Pick<JobHandle, 'estimate'> | undefined,
  costMillicents: number | null | undefined,
  label: string,
): Cost | undefined {
  if (typeof costMillicents === 'number') {
    const amount = nanoUSDFromMillicents(costMillicents)
    return costOf('vendor-response', [{ label, quantity: 1, unit: 'run', amount }])
  }
  const estimate = handle?.estimate
  if (estimate === undefined || estimate.minimum !== estimate.maximum) return undefined
  return costOf('price-table', estimate.lines)
}
