import { explainVerdict } from '../statistics/explain-verdict.js'
import { listed } from '../statistics/listed.js'
import { type Verdict, verdict } from '../statistics/verdict.js'
import type { JudgedMeasure, ReportedMeasure } from './evaluation.js'
import { explainDifferences } from './explain-difference.js'
import type { RandomFor } from './random-for.js'
import { copiesIn, leftOut, placeOf, scoresOf } from './scores.js'
import { likenessName } from './usable.js'
import type { VendorWork } from './vendors.js'
import { counted } from './words.js'

/** What judging needs of a run. */
export interface Judging {
  readonly works: readonly VendorWork[]
  readonly sizes: readonly string[]
  /** Of likeness. */
  readonly margin: number
  readonly randomFor: RandomFor
}

/** Measures that say nothing of who is better: the same as another one, or a matter of a limit. */
const notJudged: ReadonlySet<string> = new Set(['likeness-cosine', 'leakage'])
const judgedOfRun: ReadonlySet<string> = new Set(['picture-cost', 'picture-time', 'usable'])

/** As a comparison takes them: of the photos' range counts how far outside a picture lies. */
const directionOf = ({ direction }: ReportedMeasure) => (direction === 'higher' ? 'higher' : 'lower')

/**
 * The winner's left-out pictures taken as showing somebody else. Who loses its worst pictures must not win by that.
 *
 * @returns the verdict then, or nothing where nothing was left out
 */
function atWorst(winner: string, measure: ReportedMeasure, judging: Judging): Verdict | undefined {
  const { works, sizes, margin, randomFor } = judging
  const lost = works.flatMap((work) => (work.name === winner ? leftOut(work, measure) : []))
  if (lost.length === 0) return undefined
  const scores = [
    ...works.flatMap((work) => scoresOf(work, measure, sizes)),
    ...lost.map(({ picture }) => ({ vendor: winner, ...placeOf(picture, sizes), value: 0 })),
  ]
  return verdict({ scores, direction: 'higher', margin, random: randomFor(`judge/${measure.name}/at-worst`) })
}

/** Else its differences would be read as those of the values that the report shows. */
function explainDistance({ direction }: ReportedMeasure): readonly string[] {
  return direction === 'as-photos'
    ? ["Compared is how far a picture lies outside the range of the subject's photos; inside it counts 0."]
    : []
}

function explainLeftOut(measure: ReportedMeasure, { works }: Judging): readonly string[] {
  const lost = works.flatMap((work) => {
    const { length } = leftOut(work, measure)
    return length === 0 ? [] : [`${counted(length, 'picture')} of ${work.name}`]
  })
  return lost.length === 0 ? [] : [`Left out, since they failed or have no score: ${listed(lost)}.`]
}

function explainCopies({ works }: Judging): readonly string[] {
  const copies = works.flatMap((work) => {
    const { length } = copiesIn(work)
    return length === 0 ? [] : [`${counted(length, 'picture')} of ${work.name}`]
  })
  return copies.length === 0 ? [] : [`Not compared, since they are nearly a training photo: ${listed(copies)}.`]
}

/** @returns the verdict as it can be upheld */
function upheld(
  measure: ReportedMeasure,
  found: Verdict,
  judging: Judging,
): { verdict: Verdict; headline: readonly string[] } {
  const asFound = { verdict: found, headline: explainVerdict(found) }
  if (found.outcome !== 'winner') return asFound
  const { winner, comparisons } = found
  const worst = atWorst(winner, measure, judging)
  if (worst === undefined || (worst.outcome === 'winner' && worst.winner === winner)) return asFound
  const others = judging.works.flatMap(({ name }) => (name === winner ? [] : [name]))
  const rivals = worst.outcome === 'no-winner' ? worst.leaders.filter((name) => name !== winner) : others
  const headline = `No winner: ${winner} is ahead in the pictures that have a score, but not if those that it left out show somebody else.`
  return { verdict: { outcome: 'no-winner', leaders: [winner, ...rivals], comparisons }, headline: [headline] }
}

const hasUnknownCost = ({ pictures }: VendorWork) =>
  pictures.some(({ picture, paid }) => picture.image !== undefined && paid.state === 'unknown')

function judgeOne(measure: ReportedMeasure, judging: Judging): readonly JudgedMeasure[] {
  const { works, sizes, randomFor, margin } = judging
  const likeness = measure.name === likenessName
  // A vendor of which one cost is unknown has no mean cost, and what is known of it may be the cheap part.
  const taken = measure.name === 'picture-cost' ? works.filter((work) => !hasUnknownCost(work)) : works
  const scores = taken.flatMap((work) => scoresOf(work, measure, sizes))
  if (new Set(scores.map(({ vendor }) => vendor)).size < 2) return []
  const random = randomFor(`judge/${measure.name}`)
  const found = verdict({ scores, direction: directionOf(measure), random, ...(likeness && { margin }) })
  const { verdict: held, headline } = likeness
    ? upheld(measure, found, judging)
    : { verdict: found, headline: explainVerdict(found) }
  const differences = explainDifferences(held, measure.unit)
  const copies = likeness ? explainCopies(judging) : []
  const left = measure.scorer === undefined ? [] : explainLeftOut(measure, judging)
  return [
    {
      measure: measure.name,
      verdict: held,
      explanation: [...headline, ...explainDistance(measure), ...differences, ...left, ...copies],
    },
  ]
}

/** Who is better by each measure that two vendors at least have: likeness first, then money, time, use, and the rest. */
export function judge(measures: readonly ReportedMeasure[], judging: Judging): readonly JudgedMeasure[] {
  const own = (name: string) => judgedOfRun.has(name)
  const chosen = measures.filter(
    ({ name, of, scorer }) => !notJudged.has(name) && (own(name) || (of === 'picture' && scorer !== undefined)),
  )
  return chosen.flatMap((measure) => judgeOne(measure, judging))
}
