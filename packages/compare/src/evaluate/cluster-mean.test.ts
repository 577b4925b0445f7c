import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/random.js'
import { clusterMean } from './cluster-mean.js'

const nearOne = [1, 1, 1, 1, 0.99, 0.9].map((value, index) => ({ cluster: `${index}`, value }))
const intervalOf = (bounds?: { least?: number; most?: number }) => {
  const figure = clusterMean(nearOne, seededRandom(1), '', bounds)
  return figure.state === 'measured' ? figure.interval : undefined
}

describe('clusterMean', () => {
  it('ends its interval where the values end by nature, and nowhere else', () => {
    const free = intervalOf()
    expect(free?.high).toBeGreaterThan(1)
    expect(intervalOf({ least: 0, most: 1 })).toEqual({ ...free, high: 1 })
    expect(intervalOf({ least: 0 })).toEqual(free)
    expect(intervalOf({ least: 0.98 })).toEqual({ ...free, low: 0.98 })
  })

  it('has no interval over two prompts, nor where nothing varies', () => {
    expect(clusterMean(nearOne.slice(4), seededRandom(1), '')).toEqual({
      state: 'measured',
      value: expect.closeTo(0.945),
      count: 2,
    })
    expect(clusterMean(nearOne.slice(0, 4), seededRandom(1), '')).toEqual({ state: 'measured', value: 1, count: 4 })
  })
})
