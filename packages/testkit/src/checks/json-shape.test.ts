import { describe, expect, it } from 'vitest'
import { shapeDifferences } from './json-shape.js'

describe('shapeDifferences', () => {
  it('finds nothing where every recorded field has its type, whatever the values', () => {
    const recorded = { id: 1, done: null, images: ['a'], metrics: { cost: 0.05 } }
    expect(shapeDifferences(recorded, { id: 2, done: 'now', images: [], metrics: { cost: 1 }, more: true })).toEqual([])
  })

  it('takes null for any type on both sides', () => {
    expect(shapeDifferences({ a: null, b: 1, c: [{ d: null }] }, { a: {}, b: null, c: [{ d: 4 }] })).toEqual([])
  })

  it('names fields that are missing or of another type, at any depth', () => {
    const recorded = { id: 1, metrics: { cost: 0.05 }, images: [{ url: 'a', file_size: '7' }] }
    expect(shapeDifferences(recorded, { id: '1', metrics: {}, images: [{ url: 'b', file_size: 7 }] })).toEqual([
      'id is string, recorded as number',
      'metrics.cost is missing',
      'images[].file_size is number, recorded as string',
    ])
  })

  it('tells lists, objects and texts apart', () => {
    expect(shapeDifferences({ detail: [{}] }, { detail: {} })).toEqual(['detail is object, recorded as array'])
    expect(shapeDifferences('denied', { error: 'denied' })).toEqual(['the body is object, recorded as string'])
  })

  it('lets fields be absent that are listed as such', () => {
    expect(shapeDifferences({ a: [{ b: 1, c: 2 }] }, { a: [{}] }, new Set(['a[].b']))).toEqual(['a[].c is missing'])
  })
})
