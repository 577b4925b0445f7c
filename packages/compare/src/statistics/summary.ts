import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics'
import { refuse } from './refuse.js'

/** What a list of numbers looks like, in their unit. */
export interface Summary {
  readonly count: number
  readonly mean: number
  /** Of the sample (divided by count - 1); `undefined` for one number. */
  readonly standardDeviation: number | undefined
  readonly minimum: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly p95: number
  readonly maximum: number
}

function sortedNumbers(values: readonly number[]): number[] {
  const wrong = values.find((value) => !Number.isFinite(value))
  if (wrong !== undefined) refuse('values', wrong, 'finite numbers')
  return [...values].sort((a, b) => a - b)
}

/**
 * The value below which the share `probability` lies, interpolated as R and NumPy do by default (type 7).
 *
 * @returns `undefined` for no values
 * @throws LikenessError `invalid-request`
 */
export function quantile(values: readonly number[], probability: number): number | undefined {
  if (!(probability >= 0 && probability <= 1)) refuse('probability', probability, 'from 0 to 1')
  const sorted = sortedNumbers(values)
  return sorted.length === 0 ? undefined : quantileSorted(sorted, probability)
}

/**
 * @returns `undefined` for no values
 * @throws LikenessError `invalid-request` where a value is no finite number
 */
export function summarize(values: readonly number[]): Summary | undefined {
  const sorted = sortedNumbers(values)
  if (sorted.length === 0) return undefined
  const at = (probability: number) => quantileSorted(sorted, probability)
  return {
    count: sorted.length,
    mean: mean(sorted),
    standardDeviation: sorted.length === 1 ? undefined : sampleStandardDeviation(sorted),
    minimum: at(0),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    maximum: at(1),
  }
}
