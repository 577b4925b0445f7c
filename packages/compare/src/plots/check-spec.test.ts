import { LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { checkSpec } from './check-spec.js'
import type { PlotSpec, PlotValue } from './spec.js'
import { heatmap, latency, measured, pareto, ranking } from './test-specs.js'

function fieldsOf(spec: PlotSpec): readonly string[] {
  try {
    checkSpec(spec)
  } catch (error) {
    if (!LikenessError.is(error) || error.kind !== 'invalid-request') throw error
    return error.fields?.map(({ field }) => field) ?? []
  }
  return []
}

const one = (figure: PlotValue): PlotSpec => ({ ...ranking, entries: [{ label: 'one', figure }] })

describe('checkSpec', () => {
  it.each([pareto, ranking, latency, heatmap])('lets a good $kind plot pass', (spec) => {
    expect(fieldsOf(spec)).toEqual([])
  })

  it.each<[string, PlotSpec]>([
    ['entries.0.figure.value', one({ state: 'measured', value: Number.NaN })],
    ['entries.0.figure.interval', one({ state: 'measured', value: 0.5, interval: { low: 0.6, high: 0.7 } })],
    ['entries.0.figure.interval', one({ state: 'measured', value: 0.5, interval: { low: 0.7, high: 0.3 } })],
    [
      'entries.0.figure.interval',
      one({ state: 'measured', value: 0.5, interval: { low: 0.4, high: Number.POSITIVE_INFINITY } }),
    ],
    ['entries.0.figure.message', one({ state: 'not-measured', message: ' ' })],
    ['intervals', { ...ranking, intervals: undefined }],
    ['entries', { ...ranking, entries: [] }],
    ['entries.3', { ...ranking, entries: [...ranking.entries, ...ranking.entries.slice(1, 2)] }],
    ['title', { ...ranking, title: '' }],
    ['measure.title', { ...ranking, measure: { title: '', direction: 'higher' } }],
    ['measure.decimals', { ...ranking, measure: { title: 'likeness', direction: 'higher', decimals: 1.5 } }],
    ['reference.value', { ...ranking, reference: { label: 'level', value: Number.NaN } }],
    [
      'entries.0.cost.value',
      { ...pareto, entries: [{ label: 'one', cost: measured(-1, 0), quality: measured(1, 0) }] },
    ],
    [
      'entries.0.cost.interval',
      { ...pareto, entries: [{ label: 'one', cost: measured(1, 2), quality: measured(1, 0) }] },
    ],
    ['entries.0.durationsMs.1', { ...latency, entries: [{ label: 'one', durationsMs: [1, -1] }] }],
    ['entries.0.failed', { ...latency, entries: [{ label: 'one', durationsMs: [], failed: -1 }] }],
    [
      'rows.0.cells',
      { ...heatmap, rows: [{ label: 'one', cells: [{ state: 'not-measured', message: 'not installed' }] }] },
    ],
    ['columns', { ...heatmap, columns: [], rows: [{ label: 'one', cells: [] }] }],
  ])('names %s', (field, spec) => {
    expect(fieldsOf(spec)).toEqual([field])
  })

  it('names all that is wrong at once, with what was given', () => {
    const spec = { ...latency, title: '', entries: [{ label: 'one', durationsMs: [-5] }] }
    expect(() => checkSpec(spec)).toThrow(/title is "".*durationsMs\.0 is -5, which must be .* at least 0/)
  })
})
