import type { FineTunedModel, GenerateRequest, LikenessError } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import { generateCapabilities } from './capabilities.js'
import { checkGenerate, endpointOf, generateBody, possibleSizes } from './generate-request.js'
import { type FalGenerateOptions, generateOptionsSchema } from './options.js'

const model = (changes: Partial<FineTunedModel> = {}): FineTunedModel => ({
  provider: 'fal',
  id: 'job-1',
  base: 'flux-1-dev',
  subject: { className: 'dog' },
  trigger: 'ohwx',
  createdAt: '2026-11-01T00:00:00.000Z',
  weights: { url: 'https://v3.fal.media/files/a/lora.safetensors', format: 'diffusers-lora', base: 'flux-1-dev' },
  ...changes,
})

const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  prompt: 'a garden',
  n: 1,
  models: [],
  idempotencyKey: 'key-00000001',
  onUnsupported: 'warn',
  ...changes,
})

const body = (changes: Partial<GenerateRequest>, options: FalGenerateOptions = {}) =>
  generateBody('fal', generateCapabilities, request(changes), generateOptionsSchema.parse(options)).body

const warnings = (changes: Partial<GenerateRequest>) =>
  generateBody('fal', generateCapabilities, request(changes), {}).warnings

const check =
  (changes: Partial<GenerateRequest>, options: FalGenerateOptions = {}) =>
  () =>
    checkGenerate('fal', generateCapabilities, request(changes), options, 'providerOptions.fal')

const photo = imageFile(trainingPhotos()[0] ?? new Uint8Array(), 'photo.png')

// https://fal.ai/models/fal-ai/flux-lora/api, and fal-js types of 2026-08-02: every input of the model.
describe('inputs of fal-ai/flux-lora', () => {
  it.each<[field: string, changes: Partial<GenerateRequest>, options: FalGenerateOptions, value: unknown]>([
    ['prompt', { prompt: 'a lake' }, {}, 'a lake'],
    ['image_size', { size: '512x768' }, {}, { width: 512, height: 768 }],
    ['image_size', { aspectRatio: '1:1' }, {}, { width: 1024, height: 1024 }],
    ['image_size', { aspectRatio: '16:9' }, {}, { width: 1360, height: 768 }],
    ['image_size', {}, { imageSize: 'portrait_16_9' }, 'portrait_16_9'],
    ['num_inference_steps', { steps: 12 }, {}, 12],
    ['seed', { seed: 0 }, {}, 0],
    ['guidance_scale', { guidanceScale: 0 }, {}, 0],
    ['num_images', { n: 3 }, {}, 3],
    ['output_format', { format: 'png' }, {}, 'png'],
    ['strength', { imageStrength: 0.3 }, {}, 0.3],
    ['acceleration', {}, { acceleration: 'regular' }, 'regular'],
    ['enable_safety_checker', {}, { enableSafetyChecker: false }, false],
    ['sync_mode', {}, { syncMode: true }, true],
    [
      'loras',
      {},
      { loras: [{ path: 'me/repo', scale: 2, force: true }] },
      [{ path: 'me/repo', scale: 2, force: true }],
    ],
  ])('%s', (field, changes, options, value) => {
    expect(body(changes, options)).toHaveProperty(field, value)
  })

  it('sends nothing that was not asked for', () => {
    expect(body({})).toEqual({ prompt: 'a garden', num_images: 1 })
  })

  it('applies every model, the first standing for {subject}', () => {
    const other = model({
      id: 'job-2',
      weights: { url: 'https://a.b/c', format: 'diffusers-lora', base: 'flux-1-dev' },
    })
    const models = [{ model: model(), strength: 0.8 }, { model: other }]
    expect(body({ prompt: '{subject} and {subject}', models }, { forceLoras: true, loras: [{ path: 'x/y' }] })).toEqual(
      {
        prompt: 'ohwx dog and ohwx dog',
        num_images: 1,
        loras: [
          { path: model().weights?.url, scale: 0.8, force: true },
          { path: 'https://a.b/c', force: true },
          { path: 'x/y' },
        ],
      },
    )
  })

  it('uses the class name alone for a model without trigger word', () => {
    const { trigger: _, ...bare } = model()
    expect(body({ prompt: 'a $& {subject}', models: [{ model: bare }] })).toMatchObject({ prompt: 'a $& dog' })
  })
})

describe('adjustments', () => {
  it('says which size and format are used instead', () => {
    expect(warnings({ size: '1000x500' })).toMatchObject([
      { type: 'adjusted', parameter: 'size', given: '1000x500', used: '1008x496' },
    ])
    expect(warnings({ format: 'webp' })).toMatchObject([{ type: 'adjusted', given: 'webp', used: 'jpeg' }])
    expect(body({ format: 'webp' })).not.toHaveProperty('output_format')
    expect(warnings({ size: '1024x768', format: 'png' })).toEqual([])
  })

  it("refuses them with onUnsupported: 'error'", () => {
    const refused = expect.objectContaining<Partial<LikenessError>>({ kind: 'unsupported' })
    expect(() => warnings({ size: '1000x500', onUnsupported: 'error' })).toThrow(refused)
    expect(() => warnings({ format: 'webp', onUnsupported: 'error' })).toThrow(refused)
  })
})

describe('refusals before anything is sent', () => {
  it.each<[field: string, changes: Partial<GenerateRequest>, options?: FalGenerateOptions]>([
    ['prompt', { prompt: 'a {subject}' }],
    ['n', { n: 5 }],
    ['steps', { steps: 51 }],
    ['guidanceScale', { guidanceScale: 35.5 }],
    ['mask', { mask: photo }],
    ['imageStrength', { imageStrength: 0.5 }],
    ['providerOptions.fal.imageSize', { size: '512x512' }, { imageSize: 'square' }],
    ['providerOptions.fal.imageSize', { aspectRatio: '1:1' }, { imageSize: 'square' }],
  ])('%s', (field, changes, options) => {
    expect(check(changes, options)).toThrow(
      expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field })] }),
    )
  })

  it.each<[why: string, changed: Partial<FineTunedModel>, kind: string]>([
    ['no weights', { weights: undefined }, 'unsupported'],
    ['another base', { weights: { url: 'https://a.b/c', format: 'diffusers-lora', base: 'sdxl' } }, 'unsupported'],
    ['another format', { weights: { url: 'https://a.b/c', format: 'checkpoint', base: 'flux-1-dev' } }, 'unsupported'],
    ['no address', { weights: { url: 'file:///c', format: 'diffusers-lora', base: 'flux-1-dev' } }, 'invalid-request'],
  ])('a model with %s, whoever trained it', (_, changed, kind) => {
    const models = [{ model: model() }, { model: model(changed) }]
    expect(check({ models })).toThrow(expect.objectContaining({ kind }))
  })

  it('lets everything in range through', () => {
    const given = { n: 4, steps: 50, guidanceScale: 35, image: photo, mask: photo, models: [{ model: model() }] }
    expect(check({ ...given, prompt: '{subject}' })).not.toThrow()
  })
})

describe('endpoint', () => {
  it.each<[string, Partial<GenerateRequest>, string | undefined, string]>([
    ['by default', {}, undefined, 'fal-ai/flux-lora'],
    ['with a picture', { image: photo }, undefined, 'fal-ai/flux-lora/image-to-image'],
    ['with a mask', { image: photo, mask: photo }, undefined, 'fal-ai/flux-lora/inpainting'],
    ['as chosen', { image: photo }, 'fal-ai/flux-krea-lora', 'fal-ai/flux-krea-lora/image-to-image'],
    ['as the model notes', { models: [{ model: model({ data: { endpoint: 'a/b' } }) }] }, undefined, 'a/b'],
    [
      "not as another provider's model notes",
      { models: [{ model: model({ provider: 'other', data: { endpoint: 'a/b' } }) }] },
      undefined,
      'fal-ai/flux-lora',
    ],
    [
      'not as a note that leads elsewhere',
      { models: [{ model: model({ data: { endpoint: '../x?y=' } }) }] },
      undefined,
      'fal-ai/flux-lora',
    ],
  ])('%s', (_, changes, chosen, endpoint) => {
    expect(endpointOf('fal', request(changes), chosen)).toBe(endpoint)
  })
})

it('knows how large a picture may become', () => {
  const sizes = (changes: Partial<GenerateRequest>, imageSize?: string) => {
    const { smallest, largest } = possibleSizes(request(changes), generateCapabilities, imageSize)
    return [`${smallest.width}x${smallest.height}`, `${largest.width}x${largest.height}`]
  }
  expect(sizes({})).toEqual(['1024x768', '1024x768'])
  expect(sizes({ size: '2048x2048' })).toEqual(['2048x2048', '2048x2048'])
  expect(sizes({}, 'square')).toEqual(['512x512', '512x512'])
  expect(sizes({ image: photo })).toEqual([`${photo.width}x${photo.height}`, '1024x768'])
  expect(sizes({ image: { ...photo, width: 3000, height: 2000 } })).toEqual(['1024x768', '3000x2000'])
})
