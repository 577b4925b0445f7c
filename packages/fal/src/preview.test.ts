import type { FineTuneRequest, GenerateRequest } from '@likeness/core'
import { LikenessError } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import { againstEmulator, subject } from '../test/against-emulator.js'

const photos = trainingPhotos().map((photo, index) => imageFile(photo, `photo-${index + 1}.png`))
const [photo = expect.unreachable()] = photos

const training: FineTuneRequest = {
  subject,
  images: photos,
  mode: 'live',
  onUnsupported: 'warn',
  idempotencyKey: 'one',
  trigger: 'ohwx',
  steps: 700,
}

const drawing: GenerateRequest = {
  prompt: 'a garden',
  n: 2,
  models: [],
  onUnsupported: 'warn',
  idempotencyKey: 'two',
  seed: 5,
}

/** The placeholders of a preview, where the other value has any address. */
const placeholders = (body: unknown) =>
  JSON.parse(JSON.stringify(body), (_, value) =>
    typeof value === 'string' && value.startsWith('<upload: ') ? expect.stringMatching(/^http/) : value,
  )

describe('a preview', () => {
  it.each<[string, Partial<FineTuneRequest>]>([
    ['plain', {}],
    ['with captions', { images: photos.map((one) => ({ ...one, caption: 'a robot' })) }],
    ['with options', { providerOptions: { fal: { createMasks: false, priority: 'low', maxQueueLength: 9 } } }],
    ['with a callback', { webhookUrl: 'https://app.example/hook?a=b&c' }],
    ['of another trainer', { providerOptions: { fal: { trainer: 'fal-ai/turbo-flux-trainer', faceCrop: true } } }],
  ])('is the training that is sent, %s', async (_, changes) => {
    const { vendor, create, emulator } = againstEmulator()
    const request = { ...training, ...changes }
    const preview = await create({ apiKey: '' }).fineTune.preview(request)
    expect(vendor.journal).toEqual([])
    await create().fineTune.start(request)
    const sent = vendor.journal.find(({ paid }) => paid)
    expect(sent?.body).toEqual(placeholders(preview.body))
    expect(JSON.stringify(preview.body)).toContain('<upload: images.zip>')
    const url = new URL(preview.url)
    expect([preview.method, url.pathname, Object.fromEntries(url.searchParams)]).toEqual([
      sent?.method,
      sent?.path,
      sent?.query,
    ])
    expect(url.href.startsWith(emulator.endpoints.fal.queueURL)).toBe(true)
    expect({ ...sent?.headers, authorization: '***' }).toMatchObject(preview.headers)
    const [, zip] = vendor.journal
    const uploaded = zip?.files.slice(1).map(({ name, bytes }) => ({ name, bytes }))
    expect(preview.files.map(({ name, bytes }) => ({ name, bytes }))).toEqual(uploaded)
  })

  it.each<[string, Partial<GenerateRequest>]>([
    ['of text', {}],
    ['of a picture', { image: photo }],
    ['of a picture and a mask', { image: photo, mask: photos[1] }],
    ['with options', { providerOptions: { fal: { acceleration: 'regular', tags: { app: 'x' } } }, size: '512x512' }],
    ['without the queue', { providerOptions: { fal: { direct: true } } }],
  ])('is the generation that is sent, %s', async (_, changes) => {
    const { vendor, create } = againstEmulator()
    const request = { ...drawing, ...changes }
    const preview = await create({ apiKey: '' }).generate.preview(request)
    expect(vendor.journal).toEqual([])
    await create().generate.start(request)
    const sent = vendor.journal.find(({ paid }) => paid)
    expect(sent?.body).toEqual(placeholders(preview.body))
    expect([preview.method, new URL(preview.url).pathname]).toEqual([sent?.method, sent?.path])
    expect({ ...sent?.headers, authorization: '***' }).toMatchObject(preview.headers)
    expect(preview.headers.authorization).toBe('***')
    const uploads = vendor.journal.filter(({ method }) => method === 'PUT').flatMap(({ files }) => files)
    expect(preview.files.map(({ bytes }) => bytes)).toEqual(uploads.map(({ bytes }) => bytes))
  })

  it('applies the model', async () => {
    const { create, trained } = againstEmulator()
    const model = await trained()
    const { body } = await create().generate.preview({ ...drawing, prompt: '{subject}', models: [{ model }] })
    expect(body).toMatchObject({ prompt: 'ohwx toy robot', loras: [{ path: model.weights?.url }] })
  })

  it('refuses what a start refuses', async () => {
    const { create, vendor } = againstEmulator()
    const wrong = create().generate.preview({ ...drawing, n: 99 })
    await expect(wrong).rejects.toSatisfy((error) => LikenessError.is(error) && error.kind === 'invalid-request')
    expect(vendor.journal).toEqual([])
  })
})
