import { normalQuantile } from './normal.js'

/** How many more prompts would tell two vendors apart. */
export type SampleSizeHint =
  | { readonly kind: 'separated' }
  | { readonly kind: 'more-prompts'; readonly prompts: number }
  /** What was seen lies within the margin: more prompts would rather confirm that than a winner. */
  | { readonly kind: 'within-margin' }

/** What a hint follows from. */
export interface SampleSizeInput {
  readonly mean: number
  readonly standardError: number
  readonly prompts: number
  readonly margin: number
  /** The (corrected) level the difference is judged at. */
  readonly level: number
  /** Chance that so many prompts would do. @default 0.8 */
  readonly power?: number
}

/**
 * How many more prompts it takes if the difference is as large, and prompts vary as much, as seen so far: a rough figure,
 * the rougher the fewer prompts it stands on. By the normal formula with Guenther's correction for small samples.
 */
export function promptsToSeparate(input: SampleSizeInput): SampleSizeHint {
  const { mean, standardError, prompts, margin, level, power = 0.8 } = input
  const beyond = Math.abs(mean) - margin
  if (beyond <= 0) return { kind: 'within-margin' }
  const standardized = beyond / (standardError * Math.sqrt(prompts))
  const tail = normalQuantile(1 - level / 2)
  const needed = ((tail + normalQuantile(power)) / standardized) ** 2 + (tail * tail) / 2
  return { kind: 'more-prompts', prompts: Math.max(1, Math.ceil(needed) - prompts) }
}

/**
 * How many more prompts would show that one is worse by no more than the margin, if the difference is as it was seen: at
 * 95 %, found in 80 of 100. Rough, as {@link promptsToSeparate}.
 *
 * @param mean of one minus the other, where higher is better
 * @param halfWidth of the interval at 95 % that `prompts` gave
 * @returns nothing where the difference seen is the margin or more: no number of prompts would show it
 */
export function promptsToShowAsGood(
  mean: number,
  halfWidth: number,
  prompts: number,
  margin: number,
): number | undefined {
  const room = margin + mean
  if (room <= 0) return undefined
  const tail = normalQuantile(0.975)
  const needed = (((tail + normalQuantile(0.8)) / tail) * (halfWidth / room)) ** 2 * prompts
  return Math.max(1, Math.ceil(needed) - prompts)
}
