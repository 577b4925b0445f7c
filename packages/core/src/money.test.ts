import { describe, expect, it } from 'vitest'
import { costOf, estimateOf, formatUSD, nanoUSD, type Price, priceLine, sumCosts } from './money.js'

const perStep: Price = { amount: nanoUSD(0.0024), unit: 'step', minimumUnits: 1000, asOf: '2026-08', source: 'a test' }

describe('money', () => {
  it('adds up exactly where floating point would not', () => {
    const lines = Array.from({ length: 3 }, () =>
      priceLine('image', { ...perStep, minimumUnits: 0, amount: nanoUSD(0.1) }, 1),
    )
    expect(costOf('price-table', lines).amount).toBe(300_000_000)
    expect(Number.isInteger(nanoUSD(0.1 + 0.2))).toBe(true)
  })

  it('charges the minimum number of units', () => {
    expect(priceLine('training', perStep, 10)).toMatchObject({ quantity: 1000, amount: nanoUSD(2.4) })
    expect(priceLine('training', perStep, 2500)).toMatchObject({ quantity: 2500, amount: nanoUSD(6) })
  })

  it('shows as many decimals as the figure has', () => {
    expect(formatUSD(nanoUSD(0.035))).toBe('$0.035')
    expect(formatUSD(nanoUSD(2))).toBe('$2.00')
    expect(formatUSD(1)).toBe('$0.000000001')
    expect(formatUSD(-nanoUSD(1.5))).toBe('-$1.50')
  })

  it('does not take an unknown cost for nothing', () => {
    const known = costOf('vendor-response', [])
    expect(sumCosts([known, undefined])).toBeUndefined()
    expect(sumCosts([])).toBeUndefined()
  })

  it('names the least certain source of a sum', () => {
    const line = priceLine('run', perStep, 1)
    const sum = sumCosts([costOf('vendor-response', [line]), costOf('price-table', [line])])
    expect(sum).toMatchObject({ source: 'price-table', amount: nanoUSD(4.8) })
  })

  it('never estimates a maximum below the lines', () => {
    const line = priceLine('training', perStep, 2000)
    expect(estimateOf('2026-08', [line], 1)).toMatchObject({ minimum: nanoUSD(4.8), maximum: nanoUSD(4.8) })
    expect(estimateOf('2026-08', [line], nanoUSD(6)).maximum).toBe(nanoUSD(6))
  })
})
