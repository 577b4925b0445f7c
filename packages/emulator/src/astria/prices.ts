import type { InvoiceLine } from '../core/types.js'

/** Astria counts money in millicents (`cost_mc`): 100 000 mc are 1 USD (CLI README, 2026-08-21). */
export const nanoUSDPerMillicent = 10_000

/** 0.5 cents a step: tunes of 405 steps cost 202 500 mc (2024-10), of 300 steps 150 000 mc (2025-06). */
const millicentsPerStep = 500

/** "~$0.03 per image" (www.astria.ai/creators, undated, 2025 or later). */
const millicentsPerImage = 3_000

/** Assumed for every paid extra: a pack of 35 pictures, upscaled and with inpainted faces, costs 6 cents each (2025-04). */
const millicentsPerEnhancedImage = 6_000

/** $0.5 a model a month (support FAQ, 2026-02). */
const autoExtendMillicents = 50_000

/**
 * Steps that a training takes: 27 an image for the LoRA presets, 100 without a preset ("high"), at least 300
 * (docs.astria.ai/docs/use-cases/flux-finetuning). The focus preset and other model types are assumed to take 27.
 */
export function trainingSteps(options: {
  images: number
  preset: string | null
  steps: number | null
  isFlux: boolean
}): number {
  const perImage = options.preset === null && options.isFlux ? 100 : 27
  return options.steps ?? Math.max(300, perImage * options.images)
}

export function tuneLines(steps: number): InvoiceLine[] {
  return [line('training', steps, 'step', steps * millicentsPerStep)]
}

export function promptLines(images: number, isEnhanced: boolean): InvoiceLine[] {
  const each = isEnhanced ? millicentsPerEnhancedImage : millicentsPerImage
  return [line(isEnhanced ? 'enhanced image' : 'image', images, 'image', images * each)]
}

export function autoExtendLines(): InvoiceLine[] {
  return [line('auto-extend', 1, 'month', autoExtendMillicents)]
}

/** The `cost_mc` of an entity. */
export function millicentsOf(lines: readonly InvoiceLine[]): number {
  return lines.reduce((sum, each) => sum + each.amount, 0) / nanoUSDPerMillicent
}

function line(label: string, quantity: number, unit: string, millicents: number): InvoiceLine {
  return { label, quantity, unit, amount: millicents * nanoUSDPerMillicent }
}
