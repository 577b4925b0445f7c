import { settingsOf } from '../plan/requests.js'
import type { ComparisonPlan } from '../plan/schema.js'
import { durationOf, type PictureWork, type TrainingWork } from './evaluated-work.js'
import type { Figure, ReportedMeasure, VendorEvaluation } from './evaluation.js'
import { flagsOf } from './flags.js'
import { jobFigures } from './job-figures.js'
import { pictureFigure } from './picture-figures.js'
import type { RandomFor } from './random-for.js'
import { runMeasures } from './run-measures.js'
import { setFigures } from './set-figures.js'

/** All work of one vendor of the plan. */
export interface VendorWork {
  readonly name: string
  readonly pictures: readonly PictureWork[]
  readonly trainings: readonly TrainingWork[]
}

/** The work of every vendor of the plan, in the plan's order. */
export function worksOf(
  plan: ComparisonPlan,
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
): readonly VendorWork[] {
  return Object.keys(plan.vendors).map((name) => ({
    name,
    pictures: pictures.filter(({ picture }) => picture.vendor === name),
    trainings: trainings.filter(({ training }) => training.vendors.includes(name)),
  }))
}

function figuresOf(
  { pictures, trainings }: Omit<VendorWork, 'name'>,
  measures: readonly ReportedMeasure[],
  randomFor: RandomFor,
): Readonly<Record<string, Figure>> {
  const own = new Set<string>(runMeasures.map(({ name }) => name))
  const scored = measures.filter(({ name }) => !own.has(name))
  return {
    ...Object.fromEntries(scored.map((measure) => [measure.name, pictureFigure(measure, pictures, randomFor)])),
    ...jobFigures(pictures, trainings, randomFor),
    ...setFigures(pictures, randomFor),
  }
}

/** What one vendor came to, over all subjects and by each. */
export function evaluateVendor(
  work: VendorWork,
  plan: ComparisonPlan,
  measures: readonly ReportedMeasure[],
  randomFor: RandomFor,
): VendorEvaluation {
  const { name, pictures, trainings } = work
  const entry = plan.vendors[name]
  if (entry === undefined) throw new RangeError(`the plan has no vendor ${name}`)
  const ownRandom: RandomFor = (label) => randomFor(`${name}/${label}`)
  const figures = figuresOf(work, measures, ownRandom)
  const subjects = Object.keys(plan.subjects)
  const bySubject = subjects.map((subject) => {
    const of = {
      pictures: pictures.filter(({ picture }) => picture.subject === subject),
      trainings: trainings.filter(({ training }) => training.subject === subject),
    }
    return [subject, figuresOf(of, measures, (label) => ownRandom(`${subject}/${label}`))] as const
  })
  return {
    name,
    provider: entry.provider,
    settings: settingsOf(plan, name),
    figures,
    ...(subjects.length > 1 && { figuresBySubject: Object.fromEntries(bySubject) }),
    durationsMs: pictures.flatMap(({ picture }) => (picture.image === undefined ? [] : (durationOf(picture) ?? []))),
    missing: pictures.filter(({ picture }) => picture.image === undefined).length,
    flags: flagsOf(pictures, figures, ownRandom),
  }
}
