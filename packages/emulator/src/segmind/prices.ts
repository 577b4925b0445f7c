import type { InvoiceLine } from '../core/types.js'

/** 1 credit is 1 USD. */
export const nanoUSDPerCredit = 1_000_000_000

/** USD a second of a dedicated endpoint (pricing page, 2026-08-27), in nano-USD. L40S is taken as L40. */
const machineSecond: Readonly<Record<string, number>> = {
  NVIDIA_H100: 3_100_000,
  NVIDIA_A100_40GB: 1_620_000,
  NVIDIA_L40S: 1_060_000,
}

/**
 * Flux Pro: BFL's own price by iterations, 2, 4 or 6 USD (docs.bfl.ml/quick_start/pricing, before 2025-10-31); that
 * Segmind charges the same is assumed. LoRAs: Segmind's price is not published; assumed is a second of the machine
 * for every step.
 */
export function trainingLines(
  options: { baseModel: 'FLUX_PRO'; iterations: number } | { baseModel: string; steps: number; machine: string },
): InvoiceLine[] {
  if ('iterations' in options) {
    const { iterations } = options
    const usd = iterations < 150 ? 2 : iterations <= 500 ? 4 : 6
    return [{ label: 'FLUX_PRO training', quantity: 1, unit: 'run', amount: usd * nanoUSDPerCredit }]
  }
  const { baseModel, steps, machine } = options
  const each = machineSecond[machine] ?? machineSecond.NVIDIA_H100 ?? 0
  return [{ label: `${baseModel} training on ${machine}`, quantity: steps, unit: 'second', amount: steps * each }]
}

export function pictureLines(slug: string, pictures: number, nanoUSDEach: number): InvoiceLine[] {
  return [{ label: slug, quantity: pictures, unit: 'image', amount: pictures * nanoUSDEach }]
}

export function totalOf(lines: readonly InvoiceLine[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0)
}

/** Without a limit to the money the account shows 1000 credits. */
export function creditsOf(balance: number | undefined): number {
  return balance === undefined ? 1000 : balance / nanoUSDPerCredit
}
