import { type FineTuneRequest, type GenerateRequest, type RequestPreview, selectModel } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dog, type Emulated, emulate, train } from '../test/emulated.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

const photos = () => trainingPhotos().map((photo, index) => imageFile(photo, `${index}.png`))

function training(changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    subject: dog,
    images: photos(),
    idempotencyKey: 'order-1',
    mode: 'live',
    onUnsupported: 'warn',
    steps: 300,
    trigger: 'ohwx',
    providerOptions: { astria: { preset: 'flux-lora-portrait', faceCrop: true } },
    ...changes,
  }
}

function drawing(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt: 'a dog', n: 2, models: [], onUnsupported: 'warn', idempotencyKey: 'picture-1', ...changes }
}

/** The emulator notes a file as `[file name]`. */
const asNoted = (body: unknown) => JSON.parse(JSON.stringify(body).replace(/<file: ([^"]*)>/g, '[file $1]'))

function expectSent(preview: RequestPreview | undefined): void {
  const sent = emulated.vendor.journal.at(-1)
  expect(preview).toMatchObject({ method: sent?.method, operation: sent?.operation })
  expect(new URL(preview?.url ?? '').pathname).toBe(sent?.path)
  expect(asNoted(preview?.body)).toEqual(sent?.body)
  expect(preview?.files.map(({ name, bytes }) => [name, bytes])).toEqual(
    sent?.files.map(({ name, bytes }) => [name, bytes]),
  )
}

describe('a preview', () => {
  it('of a training is what start then sends, files and captions by name', async () => {
    const provider = emulated.connect()
    const images = photos().map((photo, index) => (index === 0 ? { ...photo, caption: 'ohwx dog' } : photo))
    const request = training({ images })
    const preview = await provider.fineTune?.preview(request)
    expect(emulated.vendor.journal).toEqual([])
    await provider.fineTune?.start(request)
    expectSent(preview)
    expect(preview?.files).toHaveLength(7)
  })

  it('of a training from public URLs is JSON', async () => {
    const images = photos().map((photo, index) => ({ ...photo, url: `https://photos.example/${index}.png` }))
    const preview = await emulated.connect().fineTune?.preview(training({ images }))
    expect(preview).toMatchObject({
      files: [],
      body: { tune: { title: 'Rex - order-1', image_urls: expect.any(Array) } },
    })
  })

  it('of a generation is what start then sends, with a model and with a picture', async () => {
    const provider = emulated.connect()
    const model = selectModel(await train(provider), provider, emulated.clock.now())
    const image = photos()[0]
    const requests = [
      drawing(),
      drawing({
        models: [{ model }],
        prompt: '{subject} at sea',
        size: '768x1024',
        providerOptions: { astria: { workspaceId: 7 } },
      }),
      drawing({ image, imageStrength: 0.5 }),
    ]
    for (const request of requests) {
      const preview = await provider.generate?.preview(request)
      await provider.generate?.start(request)
      expectSent(preview)
      expect(preview?.headers['x-workspace-id']).toBe(emulated.vendor.journal.at(-1)?.headers['x-workspace-id'])
    }
  })

  it('needs no key, and shows neither key nor token', async () => {
    const settings = { apiKey: '', webhookSecret: 'a secret of some length' }
    const provider = emulated.connect(settings)
    const webhookUrl = 'https://app.example/hook?job=1'
    const training_ = await provider.fineTune?.preview(training({ webhookUrl }))
    const drawing_ = await provider.generate?.preview(drawing({ webhookUrl }))
    for (const preview of [training_, drawing_]) expect(preview?.headers.authorization).toBe('***')
    const callback = 'https://app.example/hook?job=1&likeness=***'
    expect(training_?.body).toContainEqual(['tune[callback]', callback])
    expect(drawing_?.body).toMatchObject({ prompt: { callback } })
    expect(emulated.vendor.journal).toEqual([])
  })

  it('throws what validate throws', async () => {
    const { fineTune, generate } = emulated.connect()
    await expect(fineTune?.preview(training({ base: 'sdxl' }))).rejects.toMatchObject({ kind: 'unsupported' })
    const images = photos().slice(0, 3)
    for (const method of ['preview', 'start'] as const) {
      await expect(fineTune?.[method](training({ images }))).rejects.toMatchObject({ fields: [{ field: 'images' }] })
    }
    const face = { astria: { modelType: 'faceid' } } as const
    const single = await fineTune?.preview(training({ images: images.slice(0, 1), providerOptions: face }))
    expect(single?.files).toHaveLength(1)
    await expect(generate?.preview(drawing({ n: 9 }))).rejects.toMatchObject({ kind: 'unsupported' })
  })
})
