import { createPortfolio, generate, startFineTune } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day, dog, type Emulated, emulate, failureOf, picture, train, training } from '../test/emulated.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

const adopt = (reference: object) => emulated.connect().fineTune?.adopt({ subject: dog, ...reference })

describe('a tune that was trained elsewhere', () => {
  it('is the model that training it here would have given, and draws its subject', async () => {
    const provider = emulated.connect()
    const [trained] = (await train(provider, { trigger: 'zwx' })).models
    const model = await adopt({ id: trained?.id })
    const { cost: _, ...rest } = trained ?? {}
    expect(model).toMatchObject(rest)
    if (model === undefined) throw new Error('nothing adopted')
    await generate(picture(provider, { portfolio: createPortfolio(dog, [JSON.parse(JSON.stringify(model))]) }))
    expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([trained?.id])
    expect(emulated.submits('fine-tune.submit')).toHaveLength(1)
  })

  it('keeps its kind: a mock, a FaceID, a checkpoint', async () => {
    const provider = emulated.connect()
    const mock = (await train(provider, { mode: 'mock' })).models[0]
    expect(await adopt({ id: mock?.id })).toMatchObject({ mock: true, data: { kind: 'mock' } })
    // What Astria names no token for may have been given one by the caller.
    const astria = { modelType: 'faceid' } as const
    const face = (await train(provider, { providerOptions: { astria } })).models[0]
    const adopted = await adopt({ id: face?.id })
    expect(adopted).toMatchObject({ data: { kind: 'faceid' } })
    expect(adopted).not.toHaveProperty('trigger')
    expect(await adopt({ id: face?.id, trigger: 'zwx' })).toMatchObject({ trigger: 'zwx' })
  })

  it('is refused while it is trained, and after it failed', async () => {
    emulated.vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const { handle } = await startFineTune(training(emulated.connect()))
    const unfinished = await failureOf(adopt({ id: handle.id }))
    expect(unfinished).toMatchObject({ kind: 'conflict', fields: [{ field: 'id' }] })
    await emulated.clock.advance(4 * 3600_000)
    expect(await failureOf(adopt({ id: handle.id }))).toMatchObject({ kind: 'job-failed' })
  })

  it('is not found where there is none, or no more', async () => {
    expect(await failureOf(adopt({ id: '99' }))).toMatchObject({ kind: 'not-found' })
    expect(await failureOf(adopt({ id: 'my-lora' }))).toMatchObject({ kind: 'not-found' })
    const [model] = (await train(emulated.connect())).models
    await emulated.clock.advance(31 * day)
    expect(await failureOf(adopt({ id: model?.id }))).toMatchObject({ kind: 'not-found' })
  })

  it('is refused where the reference says something else of it', async () => {
    const [model] = (await train(emulated.connect())).models
    const wrong = { base: 'sdxl-1', trigger: 'sks' }
    for (const [field, value] of Object.entries(wrong)) {
      const error = await failureOf(adopt({ id: model?.id, [field]: value }))
      expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field }] })
    }
    expect(await adopt({ id: model?.id, base: 'flux-1-dev', trigger: 'ohwx' })).toMatchObject({ id: model?.id })
  })

  it('ends when Astria says, else when the reference does, else after 30 days', async () => {
    const [model] = (await train(emulated.connect())).models
    const expiresAt = '2099-01-01T00:00:00.000Z'
    expect(await adopt({ id: model?.id, expiresAt })).toMatchObject({ expiresAt: model?.expiresAt })
    const silent = JSON.stringify({
      id: Number(model?.id),
      name: 'dog',
      model_type: 'lora',
      trained_at: model?.createdAt,
    })
    const fault = { type: 'status', status: 200, body: silent } as const
    emulated.vendor.fault({ operation: 'fine-tune.status', times: 2, fault })
    expect(await adopt({ id: model?.id, expiresAt })).toMatchObject({ expiresAt })
    expect(await adopt({ id: model?.id })).toMatchObject({ expiresAt: model?.expiresAt })
    emulated.vendor.fault({ operation: 'fine-tune.status', fault })
    await emulated.clock.advance(31 * day)
    expect(await failureOf(adopt({ id: model?.id }))).toMatchObject({ kind: 'expired' })
  })

  it('is named by its id, not by an address', async () => {
    const url = 'https://files.example/lora.safetensors'
    expect(await failureOf(adopt({ url }))).toMatchObject({ kind: 'unsupported', fields: [{ field: 'url' }] })
    expect(await failureOf(adopt({}))).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'id' }] })
    expect(emulated.vendor.journal).toEqual([])
  })
})
