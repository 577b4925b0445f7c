import { describe, expect, it } from 'vitest'
import { fineTuneRequest, generateRequest, loraModel } from '../test/requests.js'
import { segmindCapabilities } from './capabilities.js'
import { segmindPrices } from './prices.js'
import { createSegmind } from './provider.js'

describe('settings', () => {
  it.each([
    ['baseURL', { baseURL: 'api.segmind.com' }],
    ['managementURL', { managementURL: 'ftp://example.com' }],
    ['requestsPerMinute', { requestsPerMinute: 0 }],
    ['inference', JSON.parse('{"inference":"v3"}')],
    ['baseModel', JSON.parse('{"baseModel":"SDXL"}')],
  ])('refuses a senseless %s', (field, settings) => {
    expect(() => createSegmind(settings)).toThrowError(
      expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field })] }),
    )
  })

  it('paces polls by the plan, unless told otherwise', () => {
    const handle = { data: {} } as never
    const minimum = (settings: object) => createSegmind(settings).generate.pace(handle).minimumMs
    expect(minimum({})).toBe(12_000)
    expect(minimum({ requestsPerMinute: 120 })).toBe(500)
    expect(minimum({ minimumPollMs: 50 })).toBe(50)
  })
})

describe('capabilities', () => {
  it('are plain data, and true for the configured base model', () => {
    const pro = createSegmind().capabilities
    const lora = createSegmind({ baseModel: 'FLUX' }).capabilities
    expect(JSON.parse(JSON.stringify(pro))).toEqual(pro)
    expect(pro).toEqual(segmindCapabilities)
    expect(pro).toMatchObject({
      webhooks: 'account',
      limits: { requestsPerMinute: 5, source: expect.stringContaining('rate-limits') },
      fineTune: { bases: ['flux-1-pro', 'flux-1-dev', 'qwen-image'], weights: false, images: { maximum: 20 } },
      generate: { maximumImages: 1, size: { kind: 'pixels', multipleOf: 32, minimum: 256, maximum: 1440 } },
    })
    expect(lora).toMatchObject({
      fineTune: { bases: ['flux-1-dev', 'flux-1-pro', 'qwen-image'], weights: true, parameters: { captions: false } },
      generate: { size: { kind: 'aspect-ratios' }, parameters: { guidanceScale: false, format: false } },
    })
  })
})

describe('limits', () => {
  it('are those of the free plan, or of the settings', () => {
    expect(createSegmind({ requestsPerMinute: 120 }).capabilities.limits).toEqual({
      requestsPerMinute: 120,
      source: 'settings.requestsPerMinute',
    })
  })
})

describe('estimates', () => {
  it.each([
    [100, 2_000_000_000],
    [149, 2_000_000_000],
    [150, 4_000_000_000],
    [undefined, 4_000_000_000],
    [500, 4_000_000_000],
    [501, 6_000_000_000],
  ])('a Flux Pro training of %s iterations', (steps, amount) => {
    const estimate = createSegmind().fineTune.estimate(fineTuneRequest({ steps }))
    expect(estimate).toMatchObject({ minimum: amount, maximum: amount, currency: 'USD' })
  })

  it('are unknown where no price is, until one is given', () => {
    const request = fineTuneRequest({ base: 'flux-1-dev' })
    expect(createSegmind().fineTune.estimate(request)).toBeUndefined()
    const prices = { 'training.FLUX': { amount: 1_500_000_000 } }
    expect(createSegmind({ prices }).fineTune.estimate(request)).toMatchObject({ maximum: 1_500_000_000 })
  })

  it('reserve more than an average, and exactly what the settings say', () => {
    const request = generateRequest({ models: [{ model: loraModel }] })
    expect(createSegmind().generate.estimate(request)).toMatchObject({ minimum: 34_000_000, maximum: 68_000_000 })
    const prices = { 'flux-dev-finetuned': { amount: 40_000_000 } }
    expect(createSegmind({ prices }).generate.estimate(request)).toMatchObject({
      minimum: 40_000_000,
      maximum: 40_000_000,
    })
  })

  it('every price has its day and its source', () => {
    for (const { asOf, source, amount } of Object.values(segmindPrices)) {
      expect(asOf).toMatch(/^\d{4}-\d{2}(-\d{2})?$/)
      expect(source).not.toBe('')
      expect(Number.isInteger(amount)).toBe(true)
    }
  })
})
