import type { Evaluation, ReportedMeasure } from '../evaluate/evaluation.js'
import { type RunMeasureName, runMeasures } from '../evaluate/run-measures.js'
import { likenessName } from '../evaluate/usable.js'
import { technicalMeasures } from '../pixels/technical-quality.js'
import { quantityOf } from './quantities.js'

/** Measures that are read together. */
export interface MeasureGroup {
  readonly title: string
  readonly measures: readonly ReportedMeasure[]
}

const ofRun: ReadonlySet<string> = new Set(runMeasures.map(({ name }) => name))

const technical: ReadonlySet<string> = new Set(technicalMeasures.map(({ name }) => name))

function groupOf(measure: ReportedMeasure): string {
  if (technical.has(measure.name)) return 'Technical quality'
  // A measure of a scorer that could not work names none.
  if (measure.scorer !== undefined || measure.of === 'set' || !ofRun.has(measure.name)) return 'Likeness and quality'
  switch (quantityOf(measure)) {
    case 'money':
      return 'Money'
    case 'time':
      return 'Time'
    case 'share':
    case 'number':
      return 'Reliability'
  }
}

const order = ['Likeness and quality', 'Reliability', 'Money', 'Time', 'Technical quality']

/** The measures of a run by what they are about, in the order in which they are read. */
export function groupMeasures({ measures }: Evaluation): readonly MeasureGroup[] {
  const groups = Map.groupBy(measures, groupOf)
  return order.flatMap((title) => {
    const of = groups.get(title)
    return of === undefined ? [] : [{ title, measures: of }]
  })
}

const keyNames: ReadonlySet<string> = new Set([
  likenessName,
  ...([
    'near-duplicates',
    'leaked-share',
    'usable',
    'failure-rate',
    'picture-cost',
    'usable-picture-cost',
    'training-cost',
    'picture-time',
    'training-time',
  ] satisfies RunMeasureName[]),
])

/** The measures that most readers want, and the rest. */
export function splitMeasures(
  groups: readonly MeasureGroup[],
): Readonly<Record<'key' | 'rest', readonly MeasureGroup[]>> {
  const of = (isKey: boolean) =>
    groups.flatMap(({ title, measures }) => {
      const kept = measures.filter(({ name }) => keyNames.has(name) === isKey)
      return kept.length === 0 ? [] : [{ title, measures: kept }]
    })
  return { key: of(true), rest: of(false) }
}

/** The likeness that vendors are judged by, where one was planned. */
export function likenessOf({ measures }: Evaluation): ReportedMeasure | undefined {
  return measures.find(({ name }) => name === likenessName)
}

/** The cost of a picture, failed ones counted: what vendors are set against likeness by. */
export function pictureCostOf({ measures }: Evaluation): ReportedMeasure | undefined {
  return measures.find((measure) => measure.of === 'picture' && quantityOf(measure) === 'money')
}

/** Whether any vendor has a number of that measure. */
export function isMeasured({ vendors }: Evaluation, measure: ReportedMeasure | undefined): measure is ReportedMeasure {
  return measure !== undefined && vendors.some(({ figures }) => figures[measure.name]?.state === 'measured')
}
