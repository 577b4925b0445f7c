import { describe, expect, it } from 'vitest'
import { LikenessError } from './error.js'
import type { FineTunedModel } from './model.js'
import { addModel, createPortfolio, selectModel } from './portfolio.js'
import type { Provider } from './provider.js'
import { portfolioSchema } from './schemas/portfolio.js'

const subject = { className: 'dog', name: 'Rex' }
const now = Date.parse('2026-03-01T00:00:00.000Z')

function model(overrides: Partial<FineTunedModel>): FineTunedModel {
  return { provider: 'one', id: '1', base: 'flux-1-dev', subject, createdAt: '2026-02-01T00:00:00.000Z', ...overrides }
}

function provider(id: string, loads: { base: string; format: string }[] = []): Provider {
  return { specificationVersion: 'v1', id, capabilities: { generate: { loads } } } as unknown as Provider
}

const lora = { url: 'https://files.example/lora.safetensors', format: 'diffusers-lora', base: 'flux-1-dev' }

function refusal(models: FineTunedModel[], target: Provider): LikenessError {
  try {
    selectModel(createPortfolio(subject, models), target, now)
  } catch (error) {
    if (LikenessError.is(error)) return error
  }
  throw new Error('a model was selected')
}

describe('selectModel', () => {
  it("prefers the provider's own newest model", () => {
    const models = [
      model({}),
      model({ id: '2', createdAt: '2026-02-02T00:00:00.000Z' }),
      model({ provider: 'two', weights: lora }),
    ]
    expect(selectModel(createPortfolio(subject, models), provider('one', [lora]), now).id).toBe('2')
  })

  it('never takes a mock where the portfolio holds a real model, be it older, elsewhere, or expired', () => {
    const mock = model({ id: 'mock', mock: true, createdAt: '2026-02-20T00:00:00.000Z' })
    const target = provider('one', [lora])
    expect(selectModel(createPortfolio(subject, [mock, model({})]), target, now).id).toBe('1')
    const elsewhere = model({ id: '2', provider: 'two', weights: lora })
    expect(selectModel(createPortfolio(subject, [mock, elsewhere]), target, now).id).toBe('2')
    const refused = refusal([mock, model({ id: '3', provider: 'two' })], target)
    expect(refused.kind).toBe('no-eligible-provider')
    expect(refused.message).toContain('(one mock): is of a mock training')
    expect(refusal([mock, model({ expiresAt: '2026-02-02T00:00:00.000Z' })], target).kind).toBe('expired')
    expect(selectModel(createPortfolio(subject, [mock]), target, now).id).toBe('mock')
  })

  it('takes weights from elsewhere only where base and format fit', () => {
    const foreign = model({ provider: 'two', weights: lora })
    expect(selectModel(createPortfolio(subject, [foreign]), provider('one', [lora]), now)).toEqual(foreign)
    const otherBase = refusal([foreign], provider('one', [{ ...lora, base: 'flux-2' }]))
    expect(otherBase).toMatchObject({ kind: 'no-eligible-provider', provider: 'one' })
    expect(otherBase.message).toContain('one cannot load diffusers-lora weights of flux-1-dev')
  })

  it('refuses what cannot leave its vendor, and an empty portfolio', () => {
    expect(refusal([model({ provider: 'two' })], provider('one', [lora])).message).toContain(
      'its weights cannot leave two',
    )
    expect(refusal([], provider('one'))).toMatchObject({ kind: 'no-eligible-provider' })
  })

  it('says that a model has expired, and falls back to an older one that has not', () => {
    const expired = model({ id: 'old', expiresAt: '2026-02-28T00:00:00.000Z', createdAt: '2026-02-03T00:00:00.000Z' })
    expect(refusal([expired], provider('one'))).toMatchObject({ kind: 'expired' })
    expect(selectModel(createPortfolio(subject, [expired, model({})]), provider('one'), now).id).toBe('1')
  })
})

describe('portfolio', () => {
  it('survives JSON and replaces a model with the same id', () => {
    const portfolio = addModel(addModel(createPortfolio(subject), model({})), model({ trigger: 'ohwx' }))
    expect(portfolio.models).toHaveLength(1)
    expect(portfolioSchema.parse(JSON.parse(JSON.stringify(portfolio)))).toEqual(portfolio)
  })
})
