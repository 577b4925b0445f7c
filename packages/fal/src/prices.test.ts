import { type FineTuneRequest, type GenerateRequest, nanoUSD } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { costOfUnits, falPrices, priceOf } from './prices.js'
import { createFal } from './provider.js'
import type { FalSettings } from './settings.js'
import { trainers } from './trainers.js'

const generation = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  prompt: 'a garden',
  n: 1,
  models: [],
  idempotencyKey: 'key-00000001',
  onUnsupported: 'warn',
  ...changes,
})
const training = (changes: Partial<FineTuneRequest> = {}): FineTuneRequest => ({
  subject: { className: 'dog' },
  images: [],
  mode: 'live',
  idempotencyKey: 'key-00000001',
  onUnsupported: 'warn',
  ...changes,
})
const draw = (changes?: Partial<GenerateRequest>, settings: FalSettings = {}) =>
  createFal(settings).generate?.estimate(generation(changes))
const train = (changes?: Partial<FineTuneRequest>, settings: FalSettings = {}) =>
  createFal(settings).fineTune?.estimate(training(changes))

describe('estimates', () => {
  it('of pictures lie between exact and whole megapixels', () => {
    expect(draw({ size: '512x512', n: 4 })).toMatchObject({ minimum: nanoUSD(0.035), maximum: nanoUSD(0.14) })
    expect(draw({ size: '1024x1024' })).toMatchObject({ minimum: nanoUSD(0.035), maximum: 36_700_160 })
    expect(draw()).toMatchObject({ minimum: 26_250_000, maximum: nanoUSD(0.035) })
    expect(draw({ providerOptions: { fal: { imageSize: 'square' } } })?.minimum).toBe(8_750_000)
  })

  it.each<[string | undefined, number | undefined, number]>([
    [undefined, undefined, 2],
    [undefined, 1500, 3],
    ['fal-ai/flux-lora-portrait-trainer', undefined, 6],
    ['fal-ai/flux-lora-portrait-trainer', 200, 2.4],
    ['fal-ai/turbo-flux-trainer', 500, 1.2],
  ])('of %s with %s steps', (trainer, steps, dollars) => {
    const providerOptions = trainer === undefined ? undefined : { fal: { trainer } }
    expect(train({ steps, providerOptions })).toMatchObject({ minimum: nanoUSD(dollars), maximum: nanoUSD(dollars) })
  })

  it('follow the settings and the provider id', () => {
    expect(train({}, { trainer: 'fal-ai/flux-lora-portrait-trainer' })?.maximum).toBe(nanoUSD(6))
    const prices = {
      'fal-ai/flux-lora': { amount: 10 },
      'me/app': { ...falPrices['fal-ai/flux-lora'], amount: 7, unit: 'megapixel', asOf: '2026-11', source: 'contract' },
    }
    expect(draw({ size: '1024x1024' }, { prices })?.minimum).toBe(10)
    expect(draw({ size: '1024x1024' }, { prices, generationEndpoint: 'me/app' })?.minimum).toBe(7)
    const providerOptions = { mine: { endpoint: 'me/app' } }
    expect(draw({ size: '1024x1024', providerOptions }, { prices, id: 'mine' })?.minimum).toBe(7)
  })

  it('are unknown where no price is', () => {
    expect(draw({}, { generationEndpoint: 'me/app' })).toBeUndefined()
    expect(priceOf({ prices: { 'me/app': { amount: 5 } } }, 'me/app')).toBeUndefined()
  })
})

it('turns billable units into money, without the minimum that fal has applied', () => {
  const portrait = 'fal-ai/flux-lora-portrait-trainer'
  const cost = (units: string) => costOfUnits({}, portrait, { 'x-fal-billable-units': units })
  expect(cost('10')).toMatchObject({ amount: nanoUSD(0.024), source: 'price-table', lines: [{ quantity: 10 }] })
  expect(cost('0')?.amount).toBe(0)
  for (const text of ['', 'x', '-1', 'Infinity']) expect(cost(text)).toBeUndefined()
  expect(costOfUnits({}, 'me/app', { 'x-fal-billable-units': '1' })).toBeUndefined()
})

it('has a price with date and source for every trainer and endpoint', () => {
  for (const endpoint of Object.keys(trainers)) expect(falPrices[endpoint]?.unit).toBe('step')
  for (const price of Object.values(falPrices)) {
    expect(Number.isSafeInteger(price.amount)).toBe(true)
    expect(price.asOf).toMatch(/^\d{4}-\d{2}/)
    expect(price.source).toMatch(/^fal\.ai\//)
  }
})
