import { expect, it } from 'vitest'
import { formatDifference, formatFigure, formatQuantity, quantityOf, shownUnit } from './quantities.js'

const money = { unit: 'nano-USD' }
const time = { unit: 'ms' }
const share = { unit: 'share, 0 to 1' }
const likeness = { unit: 'share, 0 to 1', scorer: 'likeness-object' }

it('tells what a measure is of by its unit; what a scorer reads stays a number', () => {
  expect([money, time, share, likeness, { unit: 'grey levels' }].map(quantityOf)).toEqual([
    'money',
    'time',
    'share',
    'number',
    'number',
  ])
})

it.each([
  [money, 35_000_000, '$0.035'],
  [time, 8_240, '8.2 s'],
  [time, 185_000, '3 min 5 s'],
  [share, 0.82, '82 %'],
  [share, 0.034, '3.4 %'],
  [share, 0, '0 %'],
  [share, 1, '100 %'],
  [likeness, 0.8, '0.80'],
  [likeness, 0, '0.00'],
  [likeness, 0.0127, '0.01'],
  [likeness, -0.001, '0.00'],
  [likeness, -0.2, '-0.20'],
  [{ unit: 'grey levels' }, 187.62, '187.6'],
  [{ unit: 'grey levels squared' }, 1431.4, '1431'],
])('%o: %f is %s', (measure, value, expected) => {
  expect(formatQuantity(measure, value)).toBe(expected)
})

it('names the unit that is printed, not the one that is stored', () => {
  expect([money, time, share, likeness].map(shownUnit)).toEqual(['US dollars', 'time', 'percent', 'share, 0 to 1'])
})

it('gives a difference its sign, and one of shares in points', () => {
  expect(formatDifference(share, 0.08)).toBe('+8 points')
  expect(formatDifference(money, -5_000_000)).toBe('−$0.005')
  expect(formatDifference(time, -1_500)).toBe('−1.5 s')
  expect(formatDifference(likeness, 0)).toBe('0.00')
})

it('gives a figure its interval, and says why there is none', () => {
  const interval = { low: 0.79, high: 0.85, confidence: 0.95 }
  expect(formatFigure(likeness, { state: 'measured', value: 0.82, count: 12, interval })).toBe('0.82 (0.79 to 0.85)')
  expect(formatFigure(likeness, { state: 'not-measured', message: 'no face was found' })).toBe('no face was found')
  expect(formatFigure(likeness, undefined)).toBe('not measured')
})
