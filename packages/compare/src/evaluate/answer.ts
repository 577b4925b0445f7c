import { listed } from '../statistics/listed.js'
import type { Verdict } from '../statistics/verdict.js'
import type { EvaluatedVotes, Evaluation, JudgedMeasure, VendorEvaluation } from './evaluation.js'
import { unscored } from './picture-figures.js'
import { costRangeOf } from './recommend.js'
import { likenessName } from './usable.js'
import { counted, dollars, figureInWords } from './words.js'

/** What the answer is drawn from: the evaluation but for the answer. */
export type Answerable = Omit<Evaluation, 'answer'>

function flagged({ vendors }: Answerable): readonly string[] {
  return vendors.flatMap(({ name, flags }) =>
    flags.flatMap(({ kind, message }) => (kind === 'not-the-subject' ? [`${name}: ${message}`] : [])),
  )
}

const likenessOf = ({ name, figures }: VendorEvaluation) => `${name} ${figureInWords(figures[likenessName], 'share')}`

function bestInLikeness({ vendors, judged, scorers }: Answerable): readonly string[] {
  const scored = vendors.filter(({ figures }) => figures[likenessName]?.state === 'measured')
  if (scored.length === 0) {
    const messages = vendors.flatMap(({ figures: { [likenessName]: figure } }) =>
      figure?.state === 'not-measured' && figure.message !== unscored ? [figure.message] : [],
    )
    const reasons = [...new Set([...scorers.flatMap(({ reason }) => reason ?? []), ...messages])]
    return ['Who shows the subject best is not known: likeness was not scored.', ...reasons]
  }
  const likeness = judged.find(({ measure }) => measure === likenessName)
  const levels = `Likeness, from 0 (others) to 1 (the photos themselves): ${listed(scored.map(likenessOf))}.`
  return likeness === undefined ? [levels] : [...headlineOf(likeness), levels]
}

function headlineOf({ verdict, explanation }: JudgedMeasure): readonly string[] {
  if (verdict.outcome === 'winner') {
    const others = verdict.comparisons.flatMap(({ first, second }) =>
      first === verdict.winner ? [second] : second === verdict.winner ? [first] : [],
    )
    return [`${verdict.winner} shows the subject better than ${listed(others)}, beyond chance and beyond the margin.`]
  }
  const [headline = 'No winner.'] = explanation
  return [headline.replace(/^No winner/, 'No winner in likeness'), ...whatWouldTell(verdict)]
}

/** How many more prompts it takes to tell the leaders apart, or that there is nothing to tell. */
function whatWouldTell(verdict: Verdict): readonly string[] {
  if (verdict.outcome !== 'no-winner') return []
  const { leaders, comparisons } = verdict
  const open = comparisons.flatMap((one) =>
    one.state === 'compared' && leaders.includes(one.first) && leaders.includes(one.second) ? [one] : [],
  )
  const most = open
    .flatMap(({ hint }) => (hint.kind === 'more-prompts' ? [hint.prompts] : []))
    .toSorted((a, b) => b - a)[0]
  if (most !== undefined) {
    const pair = open.length > 1 ? 'all of them' : 'the two'
    return [
      most > 1000
        ? `More than 1000 more prompts would be needed to separate ${pair}.`
        : `About ${counted(most, 'more prompt')} would separate ${pair}.`,
    ]
  }
  const small = open.length > 0 && open.every(({ hint }) => hint.kind === 'within-margin')
  return small
    ? [
        'The differences seen lie within the margin: more prompts would hardly name a winner, but may show who is as good.',
      ]
    : []
}

function costs({ vendors }: Answerable): readonly string[] {
  const known = vendors.flatMap(({ name, figures }) => {
    const figure = figures['usable-picture-cost']
    return figure?.state === 'measured' ? [`${dollars(figure.value)} at ${name}`] : []
  })
  const unknown = vendors.flatMap(({ name, figures }) => {
    const figure = figures['usable-picture-cost']
    return figure?.state === 'not-measured' ? [`${name}: ${figure.message}`] : []
  })
  return [
    ...(known.length === 0 ? [] : [`A usable picture costs ${listed(known)}, the training apart.`]),
    ...(unknown.length === 0 ? [] : [`What a usable picture costs is not known of ${unknown.join('; ')}.`]),
  ]
}

function advice({ recommendation, withoutRecommendation, margin, judged, vendors }: Answerable): readonly string[] {
  if (recommendation === undefined) return withoutRecommendation === undefined ? [] : [withoutRecommendation]
  const [first, ...others] = recommendation.order
  if (first === undefined) return []
  if (others.length > 0) {
    const [own, ...rest] = recommendation.order.flatMap((name) => {
      const vendor = vendors.find((one) => one.name === name)
      return vendor === undefined ? [] : [costRangeOf(vendor)]
    })
    const asGood = `shown to be as good as the best within the margin of ${margin}`
    const why =
      own !== undefined && rest.every(({ low }) => low >= own.high)
        ? `the cheapest of those ${asGood}`
        : own !== undefined && own.low === own.high
          ? `the cheapest of those ${asGood}, as far as costs are known`
          : `one of those ${asGood}; which of them is the cheapest is not known`
    return [`${first} is recommended: ${why}. ${listed(others)} may stand in.`]
  }
  const scored = vendors.some(({ figures }) => figures[likenessName]?.state === 'measured')
  if (!scored) return [`${first} is recommended: people prefer it to every other.`]
  const verdict = judged.find(({ measure }) => measure === likenessName)?.verdict
  if (verdict === undefined) return [`${first} is recommended: no other has pictures whose likeness counts.`]
  const caveat =
    verdict.outcome === 'winner' && verdict.winner === first ? '' : ' It is not shown to be the best either.'
  return [`${first} is recommended: no other is shown to be as good within the margin of ${margin}.${caveat}`]
}

function voted(votes: EvaluatedVotes | undefined, judged: readonly JudgedMeasure[]): readonly string[] {
  if (votes === undefined) return []
  const { ranking, explanation } = votes
  const preferred = ranking.state === 'ranked' ? ranking.winner : undefined
  const verdict = judged.find(({ measure }) => measure === likenessName)?.verdict
  const best = verdict?.outcome === 'winner' ? verdict.winner : undefined
  const [headline = '', ...more] = explanation
  const said = [
    headline.startsWith('No winner:') ? headline.replace('No winner:', 'No winner in votes:') : `Votes: ${headline}`,
    ...more,
  ]
  if (preferred === undefined || best === undefined) return said
  const agree =
    preferred === best
      ? 'People and the measured likeness agree.'
      : `People prefer ${preferred}, the measured likeness says ${best}: look at the pictures.`
  return [...said, agree]
}

/** The verdict in plain words, the most important sentence first. */
export function answerOf(evaluation: Answerable): readonly string[] {
  const { run, votes, judged } = evaluation
  return [
    ...flagged(evaluation),
    ...bestInLikeness(evaluation),
    ...costs(evaluation),
    ...advice(evaluation),
    ...voted(votes, judged),
    ...(run.complete ? [] : ['The run is not complete: this may change.']),
    ...(run.emulated === true ? ['The vendors were emulated: this says nothing of the real ones.'] : []),
  ]
}
