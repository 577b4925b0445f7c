import type { MultipartPart } from '@likeness/adapter-kit'
import { type FineTuneRequest, type ImageFile, LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { formParts, hasKey, planTune, tuneTitle } from './fine-tune-request.js'
import type { AstriaFineTuneOptions } from './options.js'

function image(name: string, changes: Partial<ImageFile> = {}): ImageFile {
  return {
    name,
    bytes: 3,
    mediaType: 'image/jpeg',
    width: 1024,
    height: 1024,
    sha256: '00',
    async *stream() {
      yield Uint8Array.of(1, 2, 3)
    },
    ...changes,
  }
}

function request(changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    subject: { className: 'man' },
    images: [image('1.jpg')],
    mode: 'live',
    idempotencyKey: 'order-4711',
    onUnsupported: 'warn',
    ...changes,
  }
}

function plan(changes: Partial<FineTuneRequest> = {}, options: AstriaFineTuneOptions = {}, callback?: string) {
  return planTune('astria', request(changes), options, callback)
}

const linked = { images: [image('1.jpg', { url: 'https://images.example/1.jpg' })] }

/** The tune as JSON. */
function tune(changes: Partial<FineTuneRequest> = {}, options: AstriaFineTuneOptions = {}, callback?: string) {
  const { body } = plan({ ...linked, ...changes }, options, callback)
  if (body.type !== 'json') throw new Error('expected JSON')
  const { value } = body as { value: { tune: Record<string, unknown> } }
  return value.tune
}

function parts(changes: Partial<FineTuneRequest> = {}, options: AstriaFineTuneOptions = {}): readonly MultipartPart[] {
  const { body } = plan(changes, options)
  if (body.type !== 'multipart') throw new Error('expected multipart')
  return body.parts
}

const fileNames = (all: readonly MultipartPart[]) => all.flatMap((part) => ('fileName' in part ? [part.fileName] : []))

function refused(work: () => unknown): LikenessError {
  try {
    work()
  } catch (error) {
    if (LikenessError.is(error)) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('a tune, field by field (docs.astria.ai/docs/api/tune/create)', () => {
  it.each<[field: string, value: unknown, request: Partial<FineTuneRequest>, options: AstriaFineTuneOptions]>([
    ['name', 'man', {}, {}],
    ['title', 'order-4711', {}, {}],
    ['title', 'Rex - order-4711', { subject: { className: 'dog', name: 'Rex' } }, {}],
    ['image_urls', ['https://images.example/1.jpg'], {}, {}],
    ['base_tune_id', 1504944, {}, {}],
    ['base_tune_id', 690204, {}, { baseTuneId: 690204 }],
    ['base_tune_id', undefined, {}, { branch: 'sdxl1' }],
    ['model_type', 'lora', {}, {}],
    ['model_type', 'faceid', {}, { modelType: 'faceid' }],
    ['model_type', null, {}, { modelType: null }],
    ['model_type', undefined, {}, { baseTuneId: 690204 }],
    ['branch', undefined, {}, {}],
    ['branch', 'sd15', {}, { branch: 'sd15' }],
    ['branch', 'fast', { mode: 'mock' }, {}],
    ['base_tune_id', undefined, { mode: 'mock' }, {}],
    ['model_type', undefined, { mode: 'mock' }, {}],
    ['preset', undefined, {}, {}],
    ['preset', 'flux-lora-portrait', {}, { preset: 'flux-lora-portrait' }],
    ['preset', null, {}, { preset: null }],
    ['steps', undefined, {}, {}],
    ['steps', 600, { steps: 600 }, {}],
    ['token', undefined, {}, {}],
    ['token', 'zwx', { trigger: 'zwx' }, {}],
    ['face_crop', true, {}, { faceCrop: true }],
    ['training_face_correct', false, {}, { trainingFaceCorrect: false }],
    ['auto_extend', true, {}, { autoExtend: true }],
    ['characteristics', { eye_color: 'blue eyes' }, {}, { characteristics: { eye_color: 'blue eyes' } }],
    [
      'prompts_attributes',
      [{ text: 'ohwx man at sea', num_images: 2, super_resolution: true, lora_scale: 0.8, denoising_strength: 0.5 }],
      {},
      {
        promptsAttributes: [
          { text: '{subject} at sea', numImages: 2, superResolution: true, loraScale: 0.8, denoisingStrength: 0.5 },
        ],
      },
    ],
  ])('%s is %j', (field, value, changes, options) => {
    expect(tune(changes, options)[field]).toEqual(value)
  })

  it('callback carries the URL as signed', () => {
    expect(tune({ webhookUrl: 'https://a.example' }, {}, 'https://a.example/?likeness=x').callback).toBe(
      'https://a.example/?likeness=x',
    )
  })

  it('sends nothing that was left out', () => {
    expect(Object.keys(tune()).sort()).toEqual(['base_tune_id', 'image_urls', 'model_type', 'name', 'title'])
  })
})

describe('the body', () => {
  it('is multipart as soon as one picture has no public URL', () => {
    const all = parts({ images: [...linked.images, image('2.jpg')] })
    expect(fileNames(all)).toEqual(['1.jpg', '2.jpg'])
    expect(all).toContainEqual({ name: 'tune[base_tune_id]', value: '1504944' })
  })

  it('is multipart for captions, each under the name of its picture', async () => {
    const all = parts({ images: [image('a.jpg', { caption: 'ä dog', url: 'https://images.example/a.jpg' })] })
    expect(fileNames(all)).toEqual(['a.jpg', 'a.txt'])
    const caption = all.at(-1)
    if (caption === undefined || !('open' in caption)) throw new Error('no caption')
    const chunks = []
    for await (const chunk of caption.open()) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('ä dog')
    expect(caption).toMatchObject({ name: 'tune[images][]', mediaType: 'text/plain', bytes: 6 })
  })

  it('never gives one caption to two pictures', () => {
    const images = ['a.jpg', 'a.png', 'a-2.jpg'].map((name) => image(name, { caption: name }))
    expect(fileNames(parts({ images }))).toEqual(['a.jpg', 'a.txt', 'a-2.png', 'a-2.txt', 'a-2-2.jpg', 'a-2-2.txt'])
  })

  it('nests form fields as Rails reads them', () => {
    expect(
      formParts('tune', {
        preset: null,
        auto_extend: true,
        characteristics: { eye: 'blue' },
        prompts: [{ text: 'a' }],
      }),
    ).toEqual([
      { name: 'tune[preset]', value: '' },
      { name: 'tune[auto_extend]', value: 'true' },
      { name: 'tune[characteristics][eye]', value: 'blue' },
      { name: 'tune[prompts][0][text]', value: 'a' },
    ])
  })
})

describe('the title', () => {
  it('always holds the whole key', () => {
    const title = tuneTitle({ subject: { className: 'man', name: 'n'.repeat(200) }, idempotencyKey: 'k'.repeat(200) })
    expect(title).toHaveLength(255)
    expect(hasKey(title, 'k'.repeat(200))).toBe(true)
  })

  it.each([
    ['order-4711', true],
    ['Rex - order-4711', true],
    ['Rex - my-order-4711', false],
    ['order-47112', false],
    [null, false],
  ])('%s belongs to the key: %s', (title, expected) => {
    expect(hasKey(title, 'order-4711')).toBe(expected)
  })
})

describe('what is refused before anything is sent', () => {
  it.each<[string, string, Partial<FineTuneRequest>, AstriaFineTuneOptions]>([
    ['subject.className', 'invalid-request', { subject: { className: 'my_cat' } }, {}],
    ['subject.className', 'invalid-request', { subject: { className: 'кот' } }, {}],
    ['base', 'unsupported', { base: 'flux-2' }, {}],
    ['providerOptions.astria.baseTuneId', 'invalid-request', { base: 'flux-1-dev' }, { baseTuneId: 690204 }],
    ['learningRate', 'unsupported', { learningRate: 0.001, onUnsupported: 'error' }, {}],
    ['providerOptions.astria.preset', 'unsupported', { mode: 'mock', onUnsupported: 'error' }, { preset: null }],
  ])('%s', (field, kind, changes, options) => {
    const error = refused(() => plan(changes, options))
    expect(error.kind).toBe(kind)
    expect(error.fields?.map((each) => each.field)).toEqual([field])
  })
})

describe('warnings', () => {
  it('name what was not sent', () => {
    const { warnings } = plan({ learningRate: 0.001, rank: 8, mode: 'mock' }, { preset: 'flux-lora-fast' })
    expect(warnings.map(({ parameter }) => parameter)).toEqual([
      'learningRate',
      'rank',
      'providerOptions.astria.preset',
    ])
    expect(tune({ rank: 8 })).toEqual(tune())
  })
})
