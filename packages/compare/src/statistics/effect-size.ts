import { mean, sampleStandardDeviation } from 'simple-statistics'

/** How large a difference is, apart from how sure one is of it. */
export interface EffectSize {
  /**
   * Cohen's d_z: mean of the paired differences over their standard deviation. Cliff's delta would compare every picture
   * with every other and lose the pairing by prompt; d_z keeps it, and is what the number of prompts follows from.
   * Around 0.2 is small, 0.5 medium, 0.8 large. `undefined` where all differences are the same.
   */
  readonly standardized: number | undefined
  /** Share of prompts at which the first has the higher value, ties counting half: 0.5 is no difference. */
  readonly firstHigher: number
}

/** @param differences one for each prompt, first minus second, at least two */
export function effectSize(differences: readonly number[]): EffectSize {
  const values = [...differences]
  const spread = sampleStandardDeviation(values)
  return {
    standardized: spread === 0 ? undefined : mean(values) / spread,
    firstHigher: mean(values.map((value) => (value > 0 ? 1 : value < 0 ? 0 : 0.5))),
  }
}
