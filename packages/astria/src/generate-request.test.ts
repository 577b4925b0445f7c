import { type FineTunedModel, type GenerateRequest, type ImageFile, LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { planPrompt, seedFromKey } from './generate-request.js'
import { type AstriaGenerateOptions, generateOptionsSchema } from './options.js'

const now = Date.parse('2026-11-20T00:00:00Z')

function model(changes: Partial<FineTunedModel> = {}): FineTunedModel {
  return {
    provider: 'astria',
    id: '123456',
    base: 'flux-1-dev',
    subject: { className: 'man' },
    trigger: 'ohwx',
    createdAt: '2026-11-01T00:00:00Z',
    data: { kind: 'lora', baseTuneId: 1504944 },
    ...changes,
  }
}

const file: ImageFile = {
  name: 'room.png',
  bytes: 1,
  mediaType: 'image/png',
  width: 512,
  height: 512,
  sha256: '00',
  async *stream() {
    yield Uint8Array.of(1)
  },
}
const linked = { ...file, url: 'https://images.example/room.png' }

function plan(changes: Partial<GenerateRequest> = {}, options: AstriaGenerateOptions = {}) {
  const request: GenerateRequest = {
    prompt: 'a portrait of {subject}',
    n: 1,
    models: [{ model: model() }],
    idempotencyKey: 'picture-1',
    onUnsupported: 'warn',
    ...changes,
  }
  return planPrompt(request, generateOptionsSchema.parse(options), { provider: 'astria', now, workspaceId: undefined })
}

function prompt(changes: Partial<GenerateRequest> = {}, options: AstriaGenerateOptions = {}) {
  const { body } = plan(changes, options)
  if (body.type !== 'json') throw new Error('expected JSON')
  const { value } = body as { value: { prompt: Record<string, unknown> } }
  return value.prompt
}

function refused(work: () => unknown): LikenessError {
  try {
    work()
  } catch (error) {
    if (LikenessError.is(error)) return error
    throw error
  }
  throw new Error('was not refused')
}

const base = { models: [], prompt: 'a cat' }

describe('a prompt, field by field (docs.astria.ai/docs/api/prompt/create)', () => {
  it.each<[field: string, value: unknown, request: Partial<GenerateRequest>, options: AstriaGenerateOptions]>([
    ['text', '<lora:123456:1> a portrait of ohwx man', {}, {}],
    ['text', '<lora:123456:0.8> a portrait of ohwx man', { strength: 0.8 }, {}],
    [
      'text',
      '<lora:123456:0.7> a portrait of ohwx man',
      { strength: 0.8, models: [{ model: model(), strength: 0.7 }] },
      {},
    ],
    ['text', 'a cat', base, {}],
    ['num_images', 1, {}, {}],
    ['num_images', 8, { n: 8 }, {}],
    ['seed', 42, { seed: 42 }, {}],
    ['seed', 0, { seed: 0 }, {}],
    ['seed', seedFromKey('picture-1'), {}, {}],
    ['w', 768, { size: '768x1024' }, {}],
    ['h', 1024, { size: '768x1024' }, {}],
    ['aspect_ratio', '16:9', { aspectRatio: '16:9' }, {}],
    ['cfg_scale', 3.5, { guidanceScale: 3.5 }, {}],
    ['steps', 28, { steps: 28 }, {}],
    ['denoising_strength', 0.4, { imageStrength: 0.4 }, {}],
    ['input_image_url', linked.url, { image: linked }, {}],
    ['mask_image_url', linked.url, { image: linked, mask: linked }, {}],
    ['super_resolution', true, {}, { superResolution: true }],
    ['inpaint_faces', true, {}, { superResolution: true, inpaintFaces: true }],
    ['hires_fix', true, {}, { superResolution: true, hiresFix: true }],
    ['face_correct', true, {}, { faceCorrect: true }],
    ['face_swap', true, {}, { faceSwap: true }],
    ['use_lpw', false, {}, { useLpw: false }],
    ['ar', 'portrait', {}, { ar: 'portrait' }],
    ['ar', 'anamorphic', {}, { ar: 'anamorphic' }],
    ['resolution', '2K', base, { tuneId: 3618064, resolution: '2K' }],
    ['negative_prompt', 'rain', base, { tuneId: 690204, negativePrompt: 'rain' }],
    ['scheduler', 'dpm++sde_karras', {}, { scheduler: 'dpm++sde_karras' }],
    ['backend_version', 1, {}, { backendVersion: 1 }],
    ['backend_version', null, {}, { backendVersion: null }],
    ['style', 'Comic book', {}, { style: 'Comic book' }],
    ['color_grading', 'Film Velvia', {}, { colorGrading: 'Film Velvia' }],
    ['film_grain', true, {}, { filmGrain: true }],
    ['prompt_expansion', true, {}, { promptExpansion: true }],
    ['theme', 'sea', {}, { theme: 'sea' }],
    ['controlnet', 'pose', { image: linked }, { controlnet: 'pose' }],
    ['controlnet_conditioning_scale', 0.5, {}, { controlnetConditioningScale: 0.5 }],
    ['controlnet_txt2img', true, {}, { controlnetTxt2img: true }],
    ['community', true, {}, { community: true }],
    ['workspace_id', 7, {}, { workspaceId: 7 }],
    ['pack_id', 260, {}, { packId: 260 }],
    ['base_pack_id', 260, {}, { basePackId: 260 }],
  ])('%s is %j', (field, value, changes, options) => {
    expect(prompt(changes, options)[field]).toEqual(value)
  })

  it('sends nothing that was left out', () => {
    expect(Object.keys(prompt()).sort()).toEqual(['num_images', 'seed', 'text'])
  })

  it('sends local pictures as files', () => {
    const { body } = plan({ image: file, mask: linked })
    if (body.type !== 'multipart') throw new Error('expected multipart')
    expect(body.parts).toContainEqual({ name: 'prompt[mask_image_url]', value: linked.url })
    expect(body.parts.at(-1)).toMatchObject({
      name: 'prompt[input_image]',
      fileName: 'room.png',
      mediaType: 'image/png',
    })
  })
})

describe('where a prompt is posted to', () => {
  const second = model({ id: '777', subject: { className: 'woman' } })

  it.each<
    [what: string, tuneId: string, text: string, changes: Partial<GenerateRequest>, options?: AstriaGenerateOptions]
  >([
    ['a Flux LoRA: the base', '1504944', '<lora:123456:1> a portrait of ohwx man', {}],
    [
      'two LoRAs: both are loaded, {subject} is the first',
      '1504944',
      '<lora:123456:1> <lora:777:0.5> a portrait of ohwx man',
      { models: [{ model: model() }, { model: second, strength: 0.5 }] },
    ],
    [
      'an SDXL tune: SDXL',
      '666678',
      '<lora:123456:1> a portrait of ohwx man',
      { models: [{ model: model({ base: 'sdxl-1', data: { kind: 'lora', baseTuneId: 666678 } }) }] },
    ],
    [
      'a FaceID tune: its base',
      '690204',
      '<faceid:123456:1> a portrait of man',
      { models: [{ model: { ...modelWithoutTrigger(), data: { kind: 'faceid', baseTuneId: 690204 } } }] },
    ],
    [
      'a checkpoint: itself',
      '123456',
      'a portrait of sks man',
      { models: [{ model: model({ trigger: 'sks', data: { kind: 'checkpoint', baseTuneId: 690204 } }) }] },
    ],
    [
      'a mock: itself',
      '123456',
      'a portrait of ohwx man',
      { models: [{ model: model({ mock: true, data: { kind: 'mock' } }) }] },
    ],
    [
      'a model without data: a Flux LoRA',
      '1504944',
      '<lora:9:1> a portrait of ohwx man',
      { models: [{ model: bare() }] },
    ],
    ['no model: Flux', '1504944', 'a cat', base],
    ['no model and a tuneId: that one', '3618064', 'a cat', base, { tuneId: 3618064 }],
  ])('%s', (_what, tuneId, text, changes, options) => {
    const planned = plan(changes, options)
    expect([planned.tuneId, planned.text]).toEqual([tuneId, text])
  })

  function modelWithoutTrigger(): FineTunedModel {
    const { trigger: _, ...rest } = model()
    return rest
  }

  function bare(): FineTunedModel {
    const { data: _, ...rest } = model({ id: '9' })
    return rest
  }
})

describe('what is refused before anything is sent', () => {
  const stranger = model({ provider: 'fal' })
  const mock = model({ id: '5', mock: true, data: { kind: 'mock' } })
  const sdxl = model({ id: '6', data: { kind: 'lora', baseTuneId: 666678 } })

  it.each<[field: string, kind: string, changes: Partial<GenerateRequest>, options?: AstriaGenerateOptions]>([
    ['prompt', 'invalid-request', { models: [] }],
    ['models', 'unsupported', { models: [{ model: stranger }] }],
    ['models', 'unsupported', { models: [{ model: model() }, { model: stranger }] }],
    ['models', 'unsupported', { models: [{ model: model() }, { model: mock }] }],
    ['models', 'unsupported', { models: [{ model: model() }, { model: sdxl }] }],
    ['models', 'invalid-request', { models: [{ model: model({ id: '1:1> <lora:2' }) }] }],
    ['models', 'expired', { models: [{ model: model({ expiresAt: '2026-11-19T00:00:00Z' }) }] }],
    ['providerOptions.astria.tuneId', 'invalid-request', {}, { tuneId: 3618064 }],
    ['n', 'unsupported', { n: 9 }],
    ['steps', 'invalid-request', { steps: 51 }],
    ['guidanceScale', 'invalid-request', { guidanceScale: 5 }],
    ['guidanceScale', 'invalid-request', { ...base, guidanceScale: 16 }, { tuneId: 690204 }],
    ['providerOptions.astria.negativePrompt', 'invalid-request', {}, { negativePrompt: 'rain' }],
    ['providerOptions.astria.controlnet', 'invalid-request', {}, { controlnet: 'pose' }],
    ['size', 'unsupported', { size: '1000x1000', onUnsupported: 'error' }],
    ['aspectRatio', 'unsupported', { aspectRatio: '2:1', onUnsupported: 'error' }],
    ['negativePrompt', 'unsupported', { negativePrompt: 'rain', onUnsupported: 'error' }],
  ])('%s: %s', (field, kind, changes, options) => {
    const error = refused(() => plan(changes, options))
    expect(error.kind).toBe(kind)
    expect(error.fields?.map((each) => each.field)).toEqual([field])
  })

  it.each([[{ inpaintFaces: true }], [{ hiresFix: true }], [{ seed: 1 }], [{ super_resolution: true }]])(
    'options %j',
    (options) => {
      expect(generateOptionsSchema.safeParse(options).success).toBe(false)
    },
  )

  it('guidance of 5 and more is fine without Flux', () => {
    expect(prompt({ ...base, guidanceScale: 7 }, { tuneId: 690204 }).cfg_scale).toBe(7)
  })
})

describe('adjustments', () => {
  it.each([
    ['1000x1000', '992x992'],
    ['1016x760', '1024x768'],
    ['4096x2048', '2048x1024'],
    ['20x20', '32x32'],
  ])('%s becomes %s with Flux, and a warning says so', (size, used) => {
    const { warnings } = plan({ size })
    expect(warnings).toMatchObject([{ type: 'adjusted', parameter: 'size', given: size, used }])
    const { w, h } = prompt({ size })
    expect(`${w}x${h}`).toBe(used)
  })

  it('keeps multiples of 8 elsewhere', () => {
    expect(plan({ ...base, size: '1000x760' }, { tuneId: 690204 }).warnings).toEqual([])
  })

  it('takes the nearest aspect ratio', () => {
    expect(plan({ aspectRatio: '2:1' }).warnings).toMatchObject([{ type: 'adjusted', given: '2:1', used: '16:9' }])
    expect(plan({ aspectRatio: '8:10' }).warnings).toEqual([])
    expect(prompt({ aspectRatio: '8:10' }).aspect_ratio).toBe('4:5')
  })

  it('warns of what was not sent', () => {
    const { warnings } = plan({ negativePrompt: 'rain', format: 'png' })
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['negativePrompt', 'format'])
  })
})

describe('the seed made from the key', () => {
  it('is the same for the same key, differs for others, and leaves room for eight pictures', () => {
    expect(seedFromKey('picture-1')).toBe(seedFromKey('picture-1'))
    const seeds = Array.from({ length: 200 }, (_, index) => seedFromKey(`key-${index}`))
    expect(new Set(seeds).size).toBe(200)
    expect(Math.max(...seeds)).toBeLessThan(2 ** 31)
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0)).toBe(true)
  })
})
