import type { Measure } from '../measure.js'
import type { PhotoRange } from '../pixels/technical-quality.js'
import type { Measurements } from '../score/measurement.js'
import type { ReportedMeasure } from './evaluation.js'
import { runMeasures } from './run-measures.js'
import { likenessName } from './usable.js'

function photosOf(name: string, { scorers }: Measurements): Readonly<Record<string, PhotoRange>> {
  return Object.fromEntries(
    scorers.flatMap(({ subject, references }) => {
      const range = references[name]
      return range === undefined ? [] : [[subject, range]]
    }),
  )
}

/** The scorers' measures, each once, likeness first; then those of the run's own records. */
export function reportedMeasures(measures: readonly Measure[], measurements: Measurements): readonly ReportedMeasure[] {
  const first = ({ name }: Measure) => (name === likenessName ? 0 : 1)
  const scored = [...new Map(measures.map((measure) => [measure.name, measure])).values()]
    .toSorted((one, other) => first(one) - first(other))
    .map((measure): ReportedMeasure => {
      const taking = measurements.pictures.filter(({ readings }) => readings[measure.name] !== undefined)
      const scorers = [...new Set(taking.map(({ scorer }) => scorer))]
      const photos = photosOf(measure.name, measurements)
      return {
        ...measure,
        of: 'picture',
        ...(scorers.length > 0 && { scorer: scorers.join(', ') }),
        ...(Object.keys(photos).length > 0 && { photos }),
      }
    })
  const lead = scored.filter(({ name }) => name === likenessName)
  return [...lead, ...runMeasures, ...scored.slice(lead.length)]
}
