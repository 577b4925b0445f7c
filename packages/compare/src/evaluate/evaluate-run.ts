import { LikenessError } from '@likeness/core'
import type { Measure } from '../measure.js'
import { subjectOf } from '../plan/work.js'
import type { RunSummary } from '../run/run.js'
import type { RunFolder } from '../run/run-folder.js'
import type { Measurements } from '../score/measurement.js'
import { agreementOf } from '../votes/agreement.js'
import { explainVotes } from '../votes/explain-votes.js'
import { rankVotes } from '../votes/rank-votes.js'
import type { Vote } from '../votes/vote.js'
import { answerOf } from './answer.js'
import { picturesOf, trainingsOf } from './evaluated-work.js'
import type { EvaluatedVotes, Evaluation } from './evaluation.js'
import { judge } from './judge.js'
import { limitsOf } from './limits.js'
import { type RandomFor, randomFor } from './random-for.js'
import { gatherMeasurements } from './readings.js'
import { recommend } from './recommend.js'
import { reportedMeasures } from './reported-measures.js'
import { evaluateVendor, worksOf } from './vendors.js'

/** All that is known of a run. */
export interface EvaluateRunInput {
  readonly run: Pick<RunFolder, 'id' | 'plan' | 'emulated' | 'photos'>
  readonly summary: RunSummary
  /** Empty where nothing was scored: all that does not need a scorer stands. */
  readonly measurements: Measurements
  readonly votes: readonly Vote[]
  /** What the scorers measure, each in the order in which it is shown. */
  readonly measures: readonly Measure[]
}

function spanOf({ items }: RunSummary): { startedAt: string; endedAt: string } {
  const times = items.flatMap(({ history }) => history.map(({ at }) => at)).sort()
  const [startedAt, endedAt] = [times[0], times.at(-1)]
  if (startedAt === undefined || endedAt === undefined) {
    const message = 'holds no request yet'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The run cannot be evaluated: it ${message}.`,
      fields: [{ field: 'run', message }],
      hint: 'Carry the plan out first.',
    })
  }
  return { startedAt, endedAt }
}

function votesOf(votes: readonly Vote[], random: RandomFor): EvaluatedVotes | undefined {
  if (votes.length === 0) return undefined
  const ranking = rankVotes({ votes, random: random('votes') })
  return { ranking, agreement: agreementOf(votes), explanation: explainVotes(ranking) }
}

function subjectsOf({ plan, photos }: EvaluateRunInput['run']): Evaluation['subjects'] {
  return Object.keys(plan.subjects).map((key) => ({
    key,
    subject: subjectOf(plan, key),
    photos: photos[key]?.photos.map(({ file }) => file) ?? [],
    heldOut: photos[key]?.heldOut.map(({ file }) => file) ?? [],
  }))
}

function scorersOf({ scorers, pictures }: Measurements): Evaluation['scorers'] {
  return scorers.map(({ scorer, subject, reason, fingerprint, models, notes }) => {
    const lines = pictures.filter((line) => line.scorer === scorer && line.subject === subject)
    const measures = [...new Set(lines.flatMap(({ readings }) => Object.keys(readings)))]
    return {
      id: scorer,
      subject,
      ...(reason !== undefined && { reason }),
      ...(fingerprint !== undefined && { fingerprint }),
      measures,
      models,
      notes,
    }
  })
}

/**
 * Says what a run came to: figures of every vendor with their intervals, who is better by what and how sure that is, what
 * can be recommended, and what must not be concluded. Pure: the same input gives the same evaluation.
 *
 * @throws LikenessError `invalid-request` where nothing was sent yet, or a vote compares a vendor with itself
 */
export function evaluateRun({ run, summary, measurements, votes, measures: taken }: EvaluateRunInput): Evaluation {
  const { id, plan, emulated } = run
  const random = randomFor(id)
  const measures = reportedMeasures(taken, measurements)
  const pictures = picturesOf(summary, gatherMeasurements(measurements), plan.usable.likeness)
  const trainings = trainingsOf(summary)
  const works = worksOf(plan, pictures, trainings)
  const { complete, spent, committed } = summary
  const subjects = subjectsOf(run)
  const sizes = plan.sizes ?? []
  const { margin } = plan
  const vendors = works.map((work) => evaluateVendor(work, plan, measures, random))
  const judging = { works, sizes, margin, randomFor: random }
  const judged = judge(measures, judging)
  const said = votesOf(votes, random)
  const all: Omit<Evaluation, 'answer'> = {
    version: 1,
    run: { id, ...spanOf(summary), complete, emulated, spent, committed },
    subjects,
    prompts: plan.prompts.map(({ id: prompt, prompt: text }) => ({ id: prompt, prompt: text })),
    seeds: plan.seeds,
    sizes,
    repeats: plan.repeats,
    margin,
    measures,
    vendors,
    trainings: trainings.map(({ training }) => training),
    pictures: pictures.map(({ picture }) => picture),
    judged,
    ...(said !== undefined && { votes: said }),
    ...recommend({ ...judging, vendors, measures, judged, votes: said }),
    scorers: scorersOf(measurements),
    limits: limitsOf({ plan, works, measures, emulated, complete, subjects }),
  }
  return { ...all, answer: answerOf(all) }
}
