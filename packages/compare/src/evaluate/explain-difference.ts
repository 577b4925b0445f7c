import type { Compared, Verdict } from '../statistics/verdict.js'
import { inUnit, percent, rangeInWords } from './words.js'

/** Cohen's own words for d (Statistical Power Analysis for the Behavioral Sciences, 1988). */
function sizeInWords(standardized: number): string {
  const size = Math.abs(standardized)
  if (size < 0.2) return 'next to none'
  if (size < 0.5) return 'small'
  return size < 0.8 ? 'medium' : 'large'
}

/** The difference of two vendors in its unit, with its interval and how large it is. */
function explainDifference({ first, second, mean, interval, effect }: Compared, unit: string): string {
  const difference = `${first} minus ${second}: ${inUnit(mean, unit)}`
  const { standardized, firstHigher } = effect
  if (standardized === undefined) return `${difference} at every prompt.`
  const range = `${percent(interval.confidence)}: ${rangeInWords(interval, unit)}`
  const size = `${sizeInWords(standardized)} beside how prompts vary (d ${standardized.toFixed(1)})`
  return `${difference} (${range}); ${size}; ${first} is higher at ${percent(firstHigher)} of the prompts.`
}

/** Every difference that could be told. */
export function explainDifferences({ comparisons }: Verdict, unit: string): readonly string[] {
  return comparisons.flatMap((one) => (one.state === 'compared' ? [explainDifference(one, unit)] : []))
}
