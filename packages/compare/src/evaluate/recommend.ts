import { listed } from '../statistics/listed.js'
import { meanOf } from '../statistics/mean.js'
import { promptsToShowAsGood } from '../statistics/sample-size.js'
import { verdict } from '../statistics/verdict.js'
import type { EvaluatedVotes, JudgedMeasure, Recommendation, ReportedMeasure, VendorEvaluation } from './evaluation.js'
import type { Judging } from './judge.js'
import { leftOut, placeOf, scoresOf } from './scores.js'
import { likenessName } from './usable.js'
import type { VendorWork } from './vendors.js'
import { counted, dollars, figureInWords, inUnit, percent, rangeInWords } from './words.js'

/** What can be recommended, or why nothing can. */
export type Recommended =
  | { readonly recommendation: Recommendation; readonly withoutRecommendation?: undefined }
  | { readonly recommendation?: undefined; readonly withoutRecommendation: string }

/** What a recommendation is drawn from. */
export interface Evidence extends Judging {
  readonly vendors: readonly VendorEvaluation[]
  readonly measures: readonly ReportedMeasure[]
  readonly judged: readonly JudgedMeasure[]
  readonly votes?: EvaluatedVotes | undefined
}

interface Candidate {
  readonly vendor: VendorEvaluation
  readonly work: VendorWork
}

interface Weighed {
  readonly candidate: Candidate
  /** `open`: neither shown to be as good nor to be worse. */
  readonly outcome: 'as-good' | 'worse' | 'open'
  readonly sentence: string
}

const unit = 'share'
const without = (withoutRecommendation: string): Recommended => ({ withoutRecommendation })

/** Scores with what was left out taken as showing somebody else: nobody gains by leaving pictures out. */
function severeScores({ work }: Candidate, likeness: ReportedMeasure, sizes: readonly string[]) {
  const lost = leftOut(work, likeness).map(({ picture }) => ({
    vendor: work.name,
    ...placeOf(picture, sizes),
    value: 0,
  }))
  return [...scoresOf(work, likeness, sizes), ...lost]
}

/** Whether a candidate is shown to be worse than the best by no more than the margin. */
function weigh(candidate: Candidate, best: Candidate, likeness: ReportedMeasure, evidence: Evidence): Weighed {
  const { sizes, margin, randomFor } = evidence
  const [own, other] = [candidate.work.name, best.work.name]
  const scores = [...severeScores(candidate, likeness, sizes), ...severeScores(best, likeness, sizes)]
  const [comparison] = verdict({
    scores,
    direction: 'higher',
    margin,
    random: randomFor(`recommend/${own}`),
  }).comparisons
  if (comparison?.state !== 'compared') {
    return { candidate, outcome: 'open', sentence: `${own} and ${other} share too few prompts to be compared.` }
  }
  const { mean, interval, prompts } = comparison
  const numbers = `${inUnit(mean, 'difference')} (${percent(interval.confidence)}: ${rangeInWords(interval, 'difference')})`
  const against = `${other} within the margin of ${margin}: its likeness minus that of ${other} is ${numbers}.`
  if (interval.low > -margin) {
    return { candidate, outcome: 'as-good', sentence: `${own} is shown to be as good as ${against}` }
  }
  if (interval.high < -margin) {
    const sentence = `${own} is worse than ${other} by more than the margin of ${margin}: its likeness minus that of ${other} is ${numbers}.`
    return { candidate, outcome: 'worse', sentence }
  }
  const more = promptsToShowAsGood(mean, (interval.high - interval.low) / 2, prompts, margin)
  const hint = more === undefined || more > 1000 ? '' : ` About ${counted(more, 'more prompt')} may show that it is.`
  return { candidate, outcome: 'open', sentence: `${own} is not shown to be as good as ${against}${hint}` }
}

/** Between what the cost of a usable picture certainly lies; of a known one it is both ends. */
export function costRangeOf({ figures }: VendorEvaluation): { readonly low: number; readonly high: number } {
  const figure = figures['usable-picture-cost']
  if (figure?.state === 'measured') return { low: figure.value, high: figure.value }
  return figure?.between ?? { low: 0, high: Number.POSITIVE_INFINITY }
}

/** What it costs at most: who is put first must not turn out dearer. */
const costOf = (vendor: VendorEvaluation) => costRangeOf(vendor).high

function priceInWords({ name, figures }: VendorEvaluation): string {
  const figure = figures['usable-picture-cost']
  return figure?.state === 'measured'
    ? `${name}: ${dollars(figure.value)} a usable picture.`
    : `${name}: ${figureInWords(figure, 'nano-USD')}.`
}

/** Flags by which a vendor is out, whatever else it does well. */
const disqualifying: ReadonlySet<string> = new Set(['not-the-subject', 'unreliable'])

function outRight({ vendor, work }: Candidate, measure: ReportedMeasure, sizes: readonly string[]): string | undefined {
  const flags = vendor.flags.filter(({ kind }) => disqualifying.has(kind))
  if (flags.length > 0) return flags.map(({ message }) => message).join(' ')
  const { likeness } = vendor.figures
  if (likeness?.state !== 'measured') return `Likeness: ${figureInWords(likeness, unit)}.`
  if (scoresOf(work, measure, sizes).length === 0)
    return 'All its pictures that have a likeness are nearly a training photo.'
  const { usable } = vendor.figures
  return usable?.state === 'measured' && usable.value === 0
    ? `None of its ${counted(usable.count, 'picture')} is usable.`
    : undefined
}

const isWinner = ({ work }: Candidate, { judged }: Evidence) => {
  const found = judged.find(({ measure }) => measure === likenessName)?.verdict
  return found?.outcome === 'winner' && found.winner === work.name
}

/** The highest by chance, alone, is no advice: it may be the dearest of equals. */
function drawFrom(candidates: readonly Candidate[], likeness: ReportedMeasure, evidence: Evidence): Recommended {
  const refused = candidates.flatMap((candidate) => {
    const reason = outRight(candidate, likeness, evidence.sizes)
    return reason === undefined ? [] : [{ candidate, reason }]
  })
  const eligible = candidates.filter((one) => !refused.some(({ candidate }) => candidate === one))
  const level = (one: Candidate) => meanOf(severeScores(one, likeness, evidence.sizes).map(({ value }) => value))
  const [best, ...rest] = eligible.toSorted((one, other) => level(other) - level(one))
  if (best === undefined) {
    return without(
      `Nothing can be recommended: ${refused.map(({ candidate, reason }) => `${candidate.work.name}: ${reason}`).join(' ')}`,
    )
  }
  const weighed = rest.map((candidate) => weigh(candidate, best, likeness, evidence))
  const open = weighed.filter(({ outcome }) => outcome === 'open')
  if (open.length > 0 && weighed.every(({ outcome }) => outcome !== 'as-good') && !isWinner(best, evidence)) {
    const sentences = open.map(({ sentence }) => sentence).join(' ')
    return without(`Nothing can be recommended yet: ${best.work.name} is ahead, but not beyond chance. ${sentences}`)
  }
  const kept = [best, ...weighed.flatMap((one) => (one.outcome === 'as-good' ? [one.candidate] : []))]
    .map(({ vendor }) => vendor)
    .toSorted((one, other) => {
      const [first, second] = [costOf(one), costOf(other)]
      return first === second ? 0 : first - second
    })
  const order = kept.map(({ name }) => name)
  const highest = `${best.work.name} has the highest likeness of those that can be recommended: ${figureInWords(best.vendor.figures[likenessName], unit)}.`
  const excluded = [
    ...refused.map(({ candidate, reason }) => ({ vendor: candidate.work.name, reason })),
    ...weighed.flatMap(({ candidate, outcome, sentence }) =>
      outcome === 'as-good' ? [] : [{ vendor: candidate.work.name, reason: sentence }],
    ),
  ]
  const shown = weighed.flatMap(({ outcome, sentence }) => (outcome === 'as-good' ? [sentence] : []))
  const last = kept.some((vendor) => !Number.isFinite(costOf(vendor))) ? ', those of unknown cost last' : ''
  const by = order.length > 1 ? [`Ordered by the cost of a usable picture${last}: ${listed(order)}.`] : []
  return {
    recommendation: { order, excluded, reasons: [highest, ...shown, ...by, ...kept.map(priceInWords)] },
  }
}

/** Without likeness only people can say who shows the subject; then whom they prefer, and nobody else. */
function byVotes({ vendors, votes }: Evidence): Recommended {
  const unscored = 'Nothing can be recommended: likeness was not scored, and'
  if (votes === undefined) return without(`${unscored} cost alone does not say who shows the subject.`)
  const winner = votes.ranking.state === 'ranked' ? votes.ranking.winner : undefined
  const preferred = vendors.find(({ name }) => name === winner)
  if (preferred === undefined) return without(`${unscored} votes name no vendor that people prefer.`)
  const { name, flags } = preferred
  const reason = flags.find(({ kind }) => disqualifying.has(kind))?.message
  if (reason !== undefined) return without(`${unscored} people prefer ${name}, but ${reason}`)
  const excluded = vendors.flatMap((vendor) =>
    vendor === preferred ? [] : [{ vendor: vendor.name, reason: `People prefer ${name}.` }],
  )
  const reasons = [`${name} is preferred to every other in ${votes.ranking.votes} votes.`, priceInWords(preferred)]
  return { recommendation: { order: [name], excluded, reasons } }
}

/**
 * The vendors that are shown to be as good as the best, within the margin, the cheapest first. That a vendor is not shown
 * to be worse is not enough: the fewer the prompts, the more that would let through. Without likeness, whom people prefer.
 */
export function recommend(evidence: Evidence): Recommended {
  const { works, vendors, measures, judged } = evidence
  if (works.length < 2)
    return without('Nothing can be recommended: the plan has one vendor, and nothing to compare it with.')
  if (works.every(({ pictures }) => pictures.every(({ picture }) => picture.image === undefined)))
    return without('Nothing can be recommended: no picture came.')
  const likeness = measures.find(({ name }) => name === likenessName)
  const scored = vendors.some(({ figures }) => figures[likenessName]?.state === 'measured')
  if (likeness === undefined || !scored) return byVotes(evidence)
  const verdictOf = judged.find(({ measure }) => measure === likenessName)?.verdict
  if (verdictOf?.outcome === 'too-few-prompts') {
    return without(`Nothing can be recommended: likeness takes at least ${verdictOf.needed} prompts to be compared.`)
  }
  const candidates = vendors.flatMap((vendor) => {
    const work = works.find(({ name }) => name === vendor.name)
    return work === undefined ? [] : [{ vendor, work }]
  })
  return drawFrom(candidates, likeness, evidence)
}
