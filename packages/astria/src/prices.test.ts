import type { FineTuneRequest, GenerateRequest, ImageFile } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { astriaPrices, estimateFineTune, estimateGenerate, nanoUSDFromMillicents, priceTable } from './prices.js'

const prices = priceTable()
const dollars = (amount: number) => Math.round(amount * 1e9)

function training(images: number, changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    subject: { className: 'man' },
    images: Array.from({ length: images }, () => ({}) as ImageFile),
    mode: 'live',
    idempotencyKey: 'order-4711',
    onUnsupported: 'warn',
    ...changes,
  }
}

function pictures(n: number, changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt: 'a', n, models: [], idempotencyKey: 'picture-1', onUnsupported: 'warn', ...changes }
}

const model = {
  provider: 'astria',
  id: '1',
  base: 'flux-1-dev',
  subject: { className: 'man' },
  createdAt: '2026-11-01',
}

describe('a training', () => {
  it.each<[string, FineTuneRequest, Record<string, unknown>, [number, number]]>([
    ['ten portraits: 300 steps at least', training(10), { preset: 'flux-lora-portrait' }, [1.5, 1.5]],
    ['15 portraits: the recorded 405 steps', training(15), { preset: 'flux-lora-fast' }, [2.025, 2.025]],
    ['the preset "high"', training(15), { preset: null }, [7.5, 7.5]],
    ['a preset that Astria chooses: a range', training(15), {}, [2.025, 7.5]],
    ['steps of the caller', training(15, { steps: 1000 }), {}, [5, 5]],
    ['storage that is extended', training(4, { steps: 300 }), { autoExtend: true }, [1.5, 2]],
    [
      'prompts that run by themselves',
      training(4, { steps: 300 }),
      { promptsAttributes: [{ numImages: 4 }, { numImages: 1, superResolution: true }] },
      [1.68, 1.68],
    ],
    ['a mock', training(10, { mode: 'mock' }), {}, [0, 0]],
  ])('%s', (_what, request, options, [minimum, maximum]) => {
    expect(estimateFineTune(request, options, prices)).toMatchObject({
      minimum: dollars(minimum),
      maximum: dollars(maximum),
    })
  })

  it.each([[{ modelType: 'faceid' }], [{ baseTuneId: 690204 }], [{ branch: 'sd15' }], [{ modelType: null }]])(
    'is unknown for %j',
    (options) => {
      expect(estimateFineTune(training(10), options, prices)).toBeUndefined()
    },
  )

  it('survives options that have not been checked', () => {
    for (const promptsAttributes of [null, 3, 'x', [null], [{ numImages: 'x' }]]) {
      expect(() => estimateFineTune(training(10), { promptsAttributes }, prices)).not.toThrow()
    }
  })
})

describe('a generation', () => {
  it.each<[string, GenerateRequest, Record<string, unknown>, [number, number]]>([
    ['plain pictures', pictures(4), {}, [0.12, 0.12]],
    ['of a subject', pictures(1, { models: [{ model }] }), {}, [0.03, 0.03]],
    ['upscaled', pictures(4), { superResolution: true }, [0.24, 0.24]],
    ['several models', pictures(1, { models: [{ model }, { model }] }), {}, [0.03, 0.06]],
    ['of a mock', pictures(8, { models: [{ model: { ...model, mock: true } }] }), {}, [0, 0]],
  ])('%s', (_what, request, options, [minimum, maximum]) => {
    const estimate = estimateGenerate(request, options, prices)
    expect([estimate?.minimum, estimate?.maximum]).toEqual([dollars(minimum), dollars(maximum)])
  })

  it('is unknown for other models', () => {
    expect(estimateGenerate(pictures(1), { tuneId: 3618064 }, prices)).toBeUndefined()
    expect(
      estimateGenerate(pictures(1, { models: [{ model: { ...model, base: 'sdxl-1' } }] }), {}, prices),
    ).toBeUndefined()
  })
})

describe('the table', () => {
  it('takes the figures of the settings', () => {
    const cheaper = priceTable({ 'prompt.image': { amount: 1 } })
    expect(cheaper['prompt.image']).toEqual({ ...astriaPrices['prompt.image'], amount: 1 })
    expect(estimateGenerate(pictures(3), {}, cheaper)?.maximum).toBe(3)
  })

  it('refuses a name it does not have', () => {
    expect(() => priceTable({ 'prompt.picture': { amount: 1 } })).toThrow(/prices\.prompt\.picture.*prompt\.image/)
  })

  it('counts 100 000 millicents as a dollar', () => {
    expect(nanoUSDFromMillicents(202_500)).toBe(dollars(2.025))
  })
})
