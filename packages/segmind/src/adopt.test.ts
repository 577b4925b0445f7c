import { createPortfolio, type FineTunedModel, generate } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { begin, type Emulated, emulate, failureOf, robot } from '../test/emulated.js'
import { readAll } from '../test/requests.js'
import type { SegmindProvider } from './provider.js'

let emulated: Emulated
let provider: SegmindProvider

beforeEach(() => {
  emulated = emulate()
  provider = emulated.connect()
})

afterEach(() => emulated.emulator.close())

const adopt = (reference: object) => provider.fineTune.adopt({ subject: robot, ...reference })

/** What is known of a model that was trained here, and cannot be known of one that was not. */
function foreign({ cost: _, weights, ...model }: FineTunedModel) {
  return weights === undefined ? model : { ...model, weights: { ...weights, rank: undefined } }
}

describe('a fine-tune that was trained elsewhere', () => {
  it.each(['FLUX_PRO', 'FLUX', 'FAST_FLUX', 'QWEN'] as const)(
    'of kind %s is the model that training it here gives, by id and by slug, and draws its subject',
    async (baseModel) => {
      const trained = await emulated.train(emulated.connect({ baseModel }))
      const model = await adopt({ id: trained.id })
      expect(model).toEqual(foreign(trained))
      expect(await adopt({ id: trained.data?.slug })).toEqual(model)
      const portfolio = createPortfolio(robot, [JSON.parse(JSON.stringify(model))])
      await generate({ provider, portfolio, prompt: 'a {subject}', seed: 1 })
      expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([trained.id])
    },
  )

  it('hands out its weights', async () => {
    const trained = await emulated.train(emulated.connect({ baseModel: 'FLUX' }))
    const { stream } = await provider.fineTune.downloadWeights(await adopt({ id: trained.id }))
    const original = await provider.fineTune.downloadWeights(trained)
    expect((await readAll(stream)).equals(await readAll(original.stream))).toBe(true)
  })

  it('needs its trigger word where it is not the usual one', async () => {
    const trained = await emulated.train(provider, { trigger: 'zwx' })
    const error = await failureOf(adopt({ id: trained.id }))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'trigger' }] })
    expect(error.hint).toContain('zwx')
    expect(await adopt({ id: trained.id, trigger: 'zwx' })).toEqual(foreign(trained))
  })

  it('takes what the reference knows', async () => {
    const trained = await emulated.train(provider)
    const expiresAt = '2030-01-01T00:00:00.000Z'
    expect(await adopt({ id: trained.id, base: 'flux-1-pro', expiresAt })).toMatchObject({ expiresAt })
  })

  it('is refused where the reference says something else of it', async () => {
    const trained = await emulated.train(provider)
    const error = await failureOf(adopt({ id: trained.id, base: 'flux-1-dev' }))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'base' }] })
  })

  it('is refused while it is trained, and after it failed, with the reason', async () => {
    const id = await begin(provider)
    expect(await failureOf(adopt({ id }))).toMatchObject({ kind: 'conflict' })
    const fault = { type: 'job-failed', message: 'GPU overloaded' } as const
    emulated.vendor.fault({ operation: 'fine-tune.submit', fault })
    const broken = await begin(provider)
    await emulated.emulator.clock.sleep(24 * 3600_000)
    const error = await failureOf(adopt({ id: broken }))
    expect(error).toMatchObject({ kind: 'job-failed', requestId: broken })
    expect(error.message).toContain('GPU overloaded')
  })

  it('is not found where there is none', async () => {
    const nobody = 'b7a4f5de-1111-4222-8333-444455556666'
    for (const id of [nobody, `${nobody}-dog`]) {
      expect(await failureOf(adopt({ id }))).toMatchObject({ kind: 'not-found' })
    }
  })

  it('is named by id or slug, not by an address', async () => {
    const url = 'https://files.example/lora.safetensors'
    expect(await failureOf(adopt({ url }))).toMatchObject({ kind: 'unsupported', fields: [{ field: 'url' }] })
    expect(await failureOf(adopt({}))).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'id' }] })
    expect(emulated.vendor.journal).toEqual([])
  })
})
