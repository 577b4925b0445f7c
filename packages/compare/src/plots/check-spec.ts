import { type FieldError, LikenessError } from '@likeness/core'
import type { PlotMeasure, PlotReference, PlotSpec, PlotValue } from './spec.js'

const wrong = (field: string, given: unknown, allowed: string): FieldError => ({
  field,
  message: `is ${JSON.stringify(given) ?? String(given)}, which must be ${allowed}`,
})

function numberErrors(field: string, value: number, minimum = Number.NEGATIVE_INFINITY): FieldError[] {
  if (Number.isFinite(value) && value >= minimum) return []
  const allowed = Number.isFinite(minimum) ? `a finite number of at least ${minimum}` : 'a finite number'
  return [{ field, message: `is ${value}, which must be ${allowed}` }]
}

function valueErrors(field: string, value: PlotValue, minimum?: number): FieldError[] {
  if (value.state === 'not-measured') {
    return value.message.trim() === '' ? [wrong(`${field}.message`, value.message, 'the reason, in words')] : []
  }
  const errors = numberErrors(`${field}.value`, value.value, minimum)
  if (value.interval === undefined || errors.length > 0) return errors
  const { low, high } = value.interval
  const around = low <= value.value && value.value <= high
  const finite = Number.isFinite(low) && Number.isFinite(high)
  if (around && finite && low >= (minimum ?? low)) return []
  return [
    {
      field: `${field}.interval`,
      message: `is ${low} to ${high}, which must be finite and hold the value ${value.value}`,
    },
  ]
}

function labelErrors(field: string, labels: readonly string[]): FieldError[] {
  if (labels.length === 0) return [{ field, message: 'is empty, which must have at least one element' }]
  return labels.flatMap((label, index) => {
    if (label.trim() === '') return [wrong(`${field}.${index}`, label, 'a label')]
    return labels.indexOf(label) < index
      ? [wrong(`${field}.${index}`, label, 'different from the labels before it')]
      : []
  })
}

function measureErrors({ title, decimals = 2 }: PlotMeasure): FieldError[] {
  const named = title.trim() === '' ? [wrong('measure.title', title, 'a title')] : []
  const whole = Number.isInteger(decimals) && decimals >= 0 && decimals <= 9
  return whole ? named : [...named, wrong('measure.decimals', decimals, 'a whole number from 0 to 9')]
}

const referenceErrors = (reference: PlotReference | undefined) =>
  reference === undefined ? [] : numberErrors('reference.value', reference.value)

function valuesOf(spec: PlotSpec): readonly (readonly [field: string, value: PlotValue, minimum?: number])[] {
  switch (spec.kind) {
    case 'pareto':
      return spec.entries.flatMap(({ cost, quality }, index) => [
        [`entries.${index}.cost`, cost, 0] as const,
        [`entries.${index}.quality`, quality] as const,
      ])
    case 'ranking':
      return spec.entries.map(({ figure }, index) => [`entries.${index}.figure`, figure] as const)
    case 'heatmap':
      return spec.rows.flatMap(({ cells }, row) =>
        cells.map((cell, column) => [`rows.${row}.cells.${column}`, cell] as const),
      )
    case 'latency':
      return []
  }
}

function latencyErrors(spec: PlotSpec): FieldError[] {
  if (spec.kind !== 'latency') return []
  return spec.entries.flatMap(({ durationsMs, failed = 0 }, index) => [
    ...durationsMs.flatMap((ms, at) => numberErrors(`entries.${index}.durationsMs.${at}`, ms, 0)),
    ...(Number.isInteger(failed) && failed >= 0
      ? []
      : [wrong(`entries.${index}.failed`, failed, 'a whole number from 0')]),
  ])
}

function shapeErrors(spec: PlotSpec): FieldError[] {
  if (spec.kind !== 'heatmap')
    return labelErrors(
      'entries',
      spec.entries.map(({ label }) => label),
    )
  const { columns, rows } = spec
  const uneven = rows.flatMap(({ cells }, index) =>
    cells.length === columns.length
      ? []
      : [
          {
            field: `rows.${index}.cells`,
            message: `has ${cells.length} cells, which must be ${columns.length}, one a column`,
          },
        ],
  )
  const named = labelErrors('columns', columns)
  return [
    ...named,
    ...labelErrors(
      'rows',
      rows.map(({ label }) => label),
    ),
    ...uneven,
  ]
}

/**
 * @throws LikenessError `invalid-request` naming every field that cannot be drawn as it is
 */
export function checkSpec(spec: PlotSpec): void {
  const values = valuesOf(spec)
  const unexplained =
    spec.intervals === undefined && values.some(([, value]) => value.state === 'measured' && value.interval)
  const fields = [
    ...(spec.title.trim() === '' ? [wrong('title', spec.title, 'a title')] : []),
    ...shapeErrors(spec),
    ...values.flatMap(([field, value, minimum]) => valueErrors(field, value, minimum)),
    ...latencyErrors(spec),
    ...('measure' in spec ? measureErrors(spec.measure) : []),
    ...('reference' in spec ? referenceErrors(spec.reference) : []),
    ...(unexplained ? [{ field: 'intervals', message: 'is missing, which must say what the intervals are' }] : []),
  ]
  if (fields.length === 0) return
  const list = fields.map(({ field, message }) => `${field} ${message}`)
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid plot: ${list.join('; ')}.`, fields })
}
