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
