import { describe, expect, it } from 'vitest'
import { formatTick, linearTicks, logarithmicTicks } from './duration-ticks.js'
import { formatAmount, formatNumber } from './numbers.js'
import { paretoFront } from './pareto-front.js'
import { type Box, placeLabels } from './place-labels.js'
import { paddedDomain } from './scale.js'
import { fitText, textWidth } from './text.js'

describe('paretoFront', () => {
  const candidates = [
    { name: 'dear', cost: 6, quality: 8 },
    { name: 'beaten', cost: 4, quality: 5 },
    { name: 'cheap', cost: 2, quality: 6 },
    { name: 'as good but dearer', cost: 3, quality: 6 },
  ]
  const names = (direction: 'higher' | 'lower') => paretoFront(candidates, direction).map(({ name }) => name)

  it('keeps whom nobody beats, cheapest first', () => {
    expect(names('higher')).toEqual(['cheap', 'dear'])
    expect(names('lower')).toEqual(['cheap', 'beaten'])
  })

  it('keeps both of two equals', () => {
    expect(
      paretoFront(
        [
          { cost: 1, quality: 1 },
          { cost: 1, quality: 1 },
        ],
        'higher',
      ),
    ).toHaveLength(2)
  })
})

describe('numbers', () => {
  it('prints money to three digits, also below a cent', () => {
    expect([35_000_000, 34_567_891, 1_234_567, 0, 12_345_678_900].map(formatAmount)).toEqual([
      '$0.035',
      '$0.0346',
      '$0.00123',
      '$0.00',
      '$12.30',
    ])
  })

  it('prints no negative nothing', () => {
    expect(formatNumber(-0.001, { title: 'gain', direction: 'higher' })).toBe('0.00')
    expect(formatNumber(-0.001, { title: 'gain', direction: 'higher', decimals: 3 })).toBe('-0.001')
  })
})

describe('ticks of durations', () => {
  it.each([
    [14_000, 6, ['0', '5 s', '10 s']],
    [700, 8, ['0', '100 ms', '200 ms', '300 ms', '400 ms', '500 ms', '600 ms', '700 ms']],
    [170_000, 4, ['0', '1 min', '2 min']],
    [9_000_000, 5, ['0', '30 min', '1 h', '1.5 h', '2 h', '2.5 h']],
  ])('counts to %i ms in round steps', (maximum, count, labels) => {
    expect(linearTicks(maximum, count).map(formatTick)).toEqual(labels)
  })

  it('keeps them apart on a logarithmic axis', () => {
    expect(logarithmicTicks([900, 400_000], 600, 64).map(formatTick)).toEqual([
      '1 s',
      '2 s',
      '5 s',
      '10 s',
      '30 s',
      '1 min',
      '2 min',
      '5 min',
    ])
    expect(logarithmicTicks([900, 400_000], 200, 64)).toHaveLength(3)
  })
})

describe('fitText', () => {
  it('keeps what fits, and never more than there is room for', () => {
    expect(fitText('short', 200)).toBe('short')
    const cut = fitText('a portrait in the snow, soft light', 100)
    expect(cut).toMatch(/^a portrait.*…$/)
    expect(textWidth(cut)).toBeLessThanOrEqual(100)
  })

  it('cuts between characters as they are read', () => {
    expect(fitText('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 40)).toBe('👩‍👩‍👧👩‍👩‍👧…')
  })
})

describe('placeLabels', () => {
  const frame: Box = { left: 0, right: 300, top: 0, bottom: 200 }
  const boxOf = ({ text, x, y }: { text: string; x: number; y: number }): Box => ({
    left: x,
    right: x + textWidth(text),
    top: y - 7.5,
    bottom: y + 7.5,
  })
  const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  const pointBox = ({ x, y }: { x: number; y: number }): Box => ({
    left: x - 7,
    right: x + 7,
    top: y - 7,
    bottom: y + 7,
  })

  it('says how much a label covers where there is no room', () => {
    const walls = [{ left: 0, right: 300, top: 0, bottom: 200 }]
    const [label] = placeLabels([{ text: 'hemmed in', x: 150, y: 100 }], walls, frame)
    expect(label?.covers).toBeGreaterThan(500)
  })

  it('keeps labels of near points apart, off the points and inside the frame', () => {
    const points = [
      { text: 'the first', x: 150, y: 100 },
      { text: 'the second', x: 154, y: 103 },
      { text: 'at the right', x: 296, y: 100 },
      { text: 'in the corner', x: 4, y: 196 },
    ]
    const obstacles = points.map(pointBox)
    const labels = placeLabels(points, obstacles, frame)
    expect(labels.map(({ covers }) => covers)).toEqual([0, 0, 0, 0])
    const boxes = labels.map(boxOf)
    for (const [index, box] of boxes.entries()) {
      expect(obstacles.filter((other) => meet(box, other))).toEqual([])
      expect(boxes.slice(index + 1).filter((other) => meet(box, other))).toEqual([])
      expect(box.left >= 0 && box.right <= 300 && box.top >= 0 && box.bottom <= 200).toBe(true)
    }
  })
})

describe('paddedDomain', () => {
  it.each([
    [[5], 4.5, 5.5],
    [[0], -1, 1],
    [[], 0, 1],
    [[0, 12], -1, 13],
  ])('holds %j with room', (values, low, high) => {
    expect(paddedDomain(values)).toEqual([low, high])
  })
})
