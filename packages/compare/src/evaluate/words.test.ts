import { expect, it } from 'vitest'
import { figureInWords, inUnit } from './words.js'

it('gives a place between 0 and 1 to hundredths, as the report does', () => {
  expect([0.9749, 1, 0.0127, 0.00096, -0.001].map((value) => inUnit(value, 'share'))).toEqual([
    '0.97',
    '1.00',
    '0.01',
    '0.00',
    '0.00',
  ])
  const interval = { low: 0.878, high: 1, confidence: 0.95 }
  expect(figureInWords({ state: 'measured', value: 0.97, count: 12, interval }, 'share')).toBe(
    '0.97 (95 %: 0.88 to 1.00)',
  )
})

it('gives a difference to two digits, and what is left of equals as nothing', () => {
  expect([-0.0501, 0.0123, 0.25, -0.000012].map((value) => inUnit(value, 'difference'))).toEqual([
    '-0.05',
    '0.012',
    '0.25',
    '0',
  ])
})
