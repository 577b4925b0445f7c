import { createPortfolio, fineTune, generate, startFineTune, startGenerate } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day, dog, type Emulated, emulate, failureOf, picture, train, training } from '../test/emulated.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

describe('a generation', () => {
  it('applies the fine-tune, and its pictures can be read', async () => {
    const provider = emulated.connect()
    const portfolio = await train(provider)
    const options = { portfolio, prompt: 'an oil painting of {subject}', n: 2, size: '512x768' } as const
    const { images, cost, estimate, warnings } = await generate(picture(provider, options))
    expect(warnings).toEqual([])
    expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([portfolio.models[0]?.id])
    expect(images).toHaveLength(2)
    expect([...((await images[0]?.bytes()) ?? [])].slice(0, 2)).toEqual([0xff, 0xd8])
    expect(images[0]?.mediaType).toBe('image/jpeg')
    expect(cost).toMatchObject({ source: 'vendor-response', amount: 60_000_000 })
    expect(estimate?.minimum).toBe(60_000_000)
  })

  it('applies every model, or is refused before anything is sent', async () => {
    const provider = emulated.connect()
    const [first] = (await train(provider)).models
    const [second] = (await train(provider)).models
    const [mock] = (await train(provider, { mode: 'mock' })).models
    if (first === undefined || second === undefined || mock === undefined) throw new Error('not trained')
    const request = {
      prompt: '{subject} and a friend',
      n: 1,
      idempotencyKey: 'both-of-them',
      onUnsupported: 'warn',
    } as const
    await provider.generate?.start({ ...request, models: [{ model: first, strength: 0.7 }, { model: second }] })
    await emulated.clock.advance(3600_000)
    expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([first.id, second.id])
    const before = emulated.vendor.journal.length
    const mixed = provider.generate?.start({ ...request, models: [{ model: first }, { model: mock }] })
    expect(await failureOf(mixed)).toMatchObject({ kind: 'unsupported' })
    expect(emulated.vendor.journal).toHaveLength(before)
  })

  it('rehearses for nothing with a mock training', async () => {
    const provider = emulated.connect()
    const { model, estimate } = await fineTune(training(provider, { mode: 'mock' }))
    expect(model.mock).toBe(true)
    expect(estimate?.maximum).toBe(0)
    const { images } = await generate(picture(provider, { portfolio: createPortfolio(dog, [model]) }))
    expect(images).toHaveLength(1)
    expect(emulated.submits('generation.submit').map(({ path }) => path)).toEqual([`/tunes/${model.id}/prompts`])
    expect(emulated.vendor.invoice.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
  })

  it('goes with the mock it was made under', async () => {
    const provider = emulated.connect()
    const portfolio = await train(provider, { mode: 'mock' })
    const { handle } = await startGenerate(picture(provider, { portfolio }))
    expect(handle.data.keptUntil).toBe(portfolio.models[0]?.expiresAt)
    const live = await startGenerate(picture(provider, { prompt: 'a dog' }))
    expect(live.handle.data).not.toHaveProperty('keptUntil')
  })

  it('keeps the reason of a failed prompt', async () => {
    const provider = emulated.connect()
    emulated.vendor.fault({
      operation: 'generation.submit',
      fault: { type: 'job-failed', message: 'No face was found' },
    })
    const error = await failureOf(generate(picture(provider, { prompt: 'a dog' })))
    expect(error).toMatchObject({ kind: 'job-failed', billed: 'maybe' })
    expect(error.message).toContain('No face was found')
  })

  it('expires with its tune or after 30 days', async () => {
    const provider = emulated.connect()
    const { handle } = await startGenerate(picture(provider, { prompt: 'a dog' }))
    await emulated.clock.advance(31 * day)
    emulated.vendor.expire(handle.id)
    expect(await provider.generate?.status(handle)).toEqual({ state: 'expired' })
  })
})

describe('beyond Flux LoRA', () => {
  it('a FaceID tune is ready at once, and applied', async () => {
    const provider = emulated.connect()
    const providerOptions = { astria: { modelType: 'faceid' } }
    const { status } = await startFineTune(training(provider, { providerOptions }))
    if (status?.state !== 'succeeded') throw new Error('not ready')
    if (!('model' in status)) throw new Error('not a model')
    const portfolio = createPortfolio(dog, [status.model])
    await generate(picture(provider, { portfolio }))
    expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([status.model.id])
  })

  it.each([
    ['SDXL', { baseTuneId: 666678 }],
    ['a checkpoint of Stable Diffusion', { baseTuneId: 690204 }],
  ])('%s is applied', async (_what, astria) => {
    const provider = emulated.connect()
    const portfolio = await train(provider, { providerOptions: { astria } })
    await generate(picture(provider, { portfolio }))
    expect(emulated.vendor.jobs.at(-1)?.appliedFineTunes).toEqual([portfolio.models[0]?.id])
  })

  it('prompts of the training run by themselves and are listed with it', async () => {
    const promptsAttributes = [{ text: '{subject} at sea', numImages: 2 }]
    const provider = emulated.connect()
    const { model, providerMetadata } = await fineTune(
      training(provider, { providerOptions: { astria: { promptsAttributes, characteristics: { coat: 'brown' } } } }),
    )
    await emulated.clock.advance(3600_000)
    const list = await provider.generate?.list({ model })
    expect(providerMetadata.astria?.promptIds).toEqual(list?.items.map(({ id }) => id))
    expect(list?.items[0]).toMatchObject({ state: 'succeeded', prompt: expect.stringContaining('ohwx dog at sea') })
    expect(list?.items[0]?.images).toHaveLength(2)
  })

  it('starts from a picture and a mask', async () => {
    const [image, mask] = trainingPhotos()
    const provider = emulated.connect()
    const { warnings } = await generate(picture(provider, { prompt: 'a hat', image, mask, imageStrength: 0.7 }))
    expect(warnings).toEqual([])
    const [submit] = emulated.submits('generation.submit')
    expect(submit?.files.map(({ field }) => field)).toEqual(['prompt[input_image]', 'prompt[mask_image]'])
  })
})
