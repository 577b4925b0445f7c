import { type BootstrapMean, bootstrapMean } from './bootstrap.js'
import { type EffectSize, effectSize } from './effect-size.js'
import { type HolmStep, holm } from './holm.js'
import { excludes, type Interval } from './interval.js'
import type { Random } from './random.js'
import { checkConfidence, refuse } from './refuse.js'
import { promptsToSeparate, type SampleSizeHint } from './sample-size.js'
import { type PairedDifferences, pairedDifferences, type Score, scoresByVendor } from './score.js'

/** Below so many prompts nothing is said: chance alone gives five out of five the same sign once in sixteen times. */
export const fewestPrompts = 6

/** What is judged, and how. */
export interface VerdictInput {
  /** Of one measure, of at least two vendors. What could not be scored is left out. */
  readonly scores: readonly Score[]
  /** Which values are the better ones. */
  readonly direction: 'higher' | 'lower'
  /** Differences up to this, in the measure's unit, do not matter. @default 0 */
  readonly margin?: number
  /**
   * Chance of naming nobody better wrongly, over all the pairs together, where all are equal. Above the 0.95 of the
   * intervals that are shown: at 0.95 one in twenty comparisons of equals would name a winner. @default 0.99
   */
  readonly confidence?: number
  /** Makes the draws; see `seededRandom`. */
  readonly random: Random
}

/** Two vendors on the same prompts and seeds; differences are first minus second. */
export type Comparison = Compared | TooFewPrompts

export interface Compared {
  readonly state: 'compared'
  readonly first: string
  readonly second: string
  /** Prompts that both did. */
  readonly prompts: number
  /** Pictures of the same prompt and seed that both made. */
  readonly pairs: number
  /** Pictures of only one of them: left out. */
  readonly unpaired: number
  readonly mean: number
  /** At 95 %, for this pair alone. */
  readonly interval: Interval
  /** As wide as all the pairs together ask (Holm): what `better` stands on. */
  readonly corrected: Interval
  readonly effect: EffectSize
  /** Only where `corrected` lies beyond the margin. */
  readonly better: string | undefined
  readonly hint: SampleSizeHint
}

export interface TooFewPrompts {
  readonly state: 'too-few-prompts'
  readonly first: string
  readonly second: string
  readonly prompts: number
  /** Fewest prompts that a comparison takes. */
  readonly needed: number
}

export type Verdict =
  | { readonly outcome: 'winner'; readonly winner: string; readonly comparisons: readonly Comparison[] }
  /** `leaders` are those that no other was better than. */
  | { readonly outcome: 'no-winner'; readonly leaders: readonly string[]; readonly comparisons: readonly Comparison[] }
  | { readonly outcome: 'too-few-prompts'; readonly needed: number; readonly comparisons: readonly Comparison[] }

/**
 * Compares every vendor with every other where prompt and seed are the same, and names a winner only if it is better than
 * each of the others: beyond chance, corrected for the number of pairs, and beyond the margin.
 *
 * @throws LikenessError `invalid-request`
 */
export function verdict(input: VerdictInput): Verdict {
  const { margin = 0, confidence = 0.99, random, direction } = input
  if (!(margin >= 0 && margin < Number.POSITIVE_INFINITY)) refuse('margin', margin, 'a number from 0')
  checkConfidence(confidence)
  const scores = scoresByVendor(input.scores)
  const vendors = [...scores.keys()]
  if (vendors.length < 2) refuse('scores', `those of ${vendors.length}`, 'scores of at least two vendors')

  const pairs = vendors.flatMap((first, index) =>
    vendors.slice(index + 1).map((second) => {
      const differences = pairedDifferences(scores.get(first) ?? new Map(), scores.get(second) ?? new Map())
      return { first, second, differences }
    }),
  )
  const enough = pairs.filter(({ differences }) => differences.byPrompt.size >= fewestPrompts)
  const resamples = resamplesFor((1 - confidence) / Math.max(1, enough.length))
  const drawn = enough.map((pair) => {
    const estimate = bootstrapMean([...pair.differences.byPrompt.values()], random, resamples)
    return { ...pair, estimate, pValue: estimate.pValue(margin) }
  })
  const steps = holm(
    drawn.map(({ pValue }) => pValue),
    1 - confidence,
  )
  const compared = new Map(
    drawn.map((pair, index) => [pair.differences, compare(pair, steps[index], margin, direction)] as const),
  )
  const comparisons = pairs.map(
    ({ first, second, differences }): Comparison =>
      compared.get(differences) ?? {
        state: 'too-few-prompts',
        first,
        second,
        prompts: differences.byPrompt.size,
        needed: fewestPrompts,
      },
  )
  if (compared.size === 0) return { outcome: 'too-few-prompts', needed: fewestPrompts, comparisons }
  return judge(vendors, comparisons)
}

interface DrawnPair {
  readonly first: string
  readonly second: string
  readonly differences: PairedDifferences
  readonly estimate: BootstrapMean
}

function compare(
  { first, second, differences, estimate }: DrawnPair,
  step: HolmStep | undefined,
  margin: number,
  direction: 'higher' | 'lower',
): Compared {
  const { mean, standardError } = estimate
  const { holds, level } = step ?? { holds: false, level: 0 }
  const corrected = estimate.interval(1 - level)
  const separated = holds && excludes(corrected, margin)
  const prompts = differences.byPrompt.size
  return {
    state: 'compared',
    first,
    second,
    prompts,
    pairs: differences.pairs,
    unpaired: differences.unpaired,
    mean,
    interval: estimate.interval(0.95),
    corrected,
    effect: effectSize([...differences.byPrompt.values()]),
    better: separated ? (mean > 0 === (direction === 'higher') ? first : second) : undefined,
    hint: separated ? { kind: 'separated' } : promptsToSeparate({ mean, standardError, prompts, margin, level }),
  }
}

function judge(vendors: readonly string[], comparisons: readonly Comparison[]): Verdict {
  const wins = comparisons.flatMap((one) =>
    one.state === 'compared' && one.better !== undefined
      ? [{ winner: one.better, loser: one.better === one.first ? one.second : one.first }]
      : [],
  )
  const winner = vendors.find((vendor) => wins.filter((win) => win.winner === vendor).length === vendors.length - 1)
  if (winner !== undefined) return { outcome: 'winner', winner, comparisons }
  const leaders = vendors.filter((vendor) => !wins.some(({ loser }) => loser === vendor))
  return { outcome: 'no-winner', leaders, comparisons }
}

/** So many that ten of them lie in either tail at the strictest level. */
function resamplesFor(level: number): number {
  return Math.max(9_999, Math.ceil(20 / level) - 1)
}
