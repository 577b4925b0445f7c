import type { Compared, Verdict } from '../statistics/verdict.js'
import { inUnit, percent, rangeInWords } from './words.js'

/** Cohen's own words for d (Statistical Power Analysis for the Behavioral Sciences, 1988). */
function sizeInWords(standardized: number): string {
  const size = Math.abs(standardized)
  if (size < 0.2) return 'next to none'
  if (size < 0.5) return 'small'
  return size < 0.8 ? 'medium' : 'large'
}

function effectInWords({ effect: { standardized, firstHigher } }: Compared): string {
  const ahead = `the first is higher at ${percent(firstHigher)} of the prompts`
  if (standardized === undefined) return 'the same at every prompt'
  return `${sizeInWords(standardized)} beside how prompts vary (d ${standardized.toFixed(1)}); ${ahead}`
}

/** The difference of two vendors in its unit, with its interval and how large it is. */
export function explainDifference(comparison: Compared, unit: string): string {
  const { first, second, mean, interval } = comparison
  const range = `${percent(interval.confidence)}: ${rangeInWords(interval, unit)}`
  return `${first} minus ${second}: ${inUnit(mean, unit)} (${range}); ${effectInWords(comparison)}.`
}

/** Every difference that could be told. */
export function explainDifferences({ comparisons }: Verdict, unit: string): readonly string[] {
  return comparisons.flatMap((one) => (one.state === 'compared' ? [explainDifference(one, unit)] : []))
}
