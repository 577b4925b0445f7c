import { describe, expect, it } from 'vitest'
import { generateRequest, loraModel, model } from '../test/requests.js'
import { planGeneration } from './generate-request.js'
import type { SegmindGenerateOptions } from './options.js'

const config = { id: 'segmind', baseModel: 'FLUX_PRO' } as const

function refusal(run: () => unknown) {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('was not refused')
}

describe('a Flux Pro model', () => {
  it('is called by its slug, with nothing that was not asked for', () => {
    expect(planGeneration(generateRequest(), {}, config)).toEqual({
      endpoint: 'flux-pro-finetuned',
      slug: 'b7a4f5de-dog',
      warnings: [],
      body: { prompt: 'a painting of TOK' },
    })
  })

  it("takes every parameter of BFL's endpoint", () => {
    const request = generateRequest({
      size: '768x1024',
      seed: 7,
      steps: 40,
      guidanceScale: 2.5,
      strength: 1.1,
      format: 'png',
    })
    const options: SegmindGenerateOptions = { imagePrompt: 'aGVsbG8=', promptUpsampling: true, safetyTolerance: 6 }
    expect(planGeneration(request, options, config).body).toEqual({
      prompt: 'a painting of TOK',
      width: 768,
      height: 1024,
      seed: 7,
      steps: 40,
      guidance: 2.5,
      finetune_strength: 1.1,
      output_format: 'png',
      image_prompt: 'aGVsbG8=',
      prompt_upsampling: true,
      safety_tolerance: 6,
    })
  })

  it("prefers the model's own strength", () => {
    const models = [{ model: model(), strength: 0.5 }]
    expect(planGeneration(generateRequest({ models, strength: 1 }), {}, config).body.finetune_strength).toBe(0.5)
  })

  it('uses a model without a slug only after looking it up', () => {
    const { slug } = planGeneration(generateRequest({ models: [{ model: model({ data: undefined }) }] }), {}, config)
    expect(slug).toBeUndefined()
  })

  it.each([
    ['1000x1000', '992x992'],
    ['2048x1024', '1440x1024'],
    ['128x512', '256x512'],
  ])('says that %s becomes %s', (size, used) => {
    const { body, warnings } = planGeneration(generateRequest({ size }), {}, config)
    expect(`${body.width}x${body.height}`).toBe(used)
    expect(warnings).toMatchObject([{ type: 'adjusted', parameter: 'size', given: size, used }])
    expect(refusal(() => planGeneration(generateRequest({ size, onUnsupported: 'error' }), {}, config))).toMatchObject({
      kind: 'unsupported',
      fields: [{ field: 'size' }],
    })
  })

  it.each([
    ['1:1', '1024x1024', false],
    ['16:9', '1376x768', false],
    ['3:4', '896x1184', false],
    ['21:9', '1440x608', true],
  ])('makes %s as %s', (aspectRatio, used, adjusted) => {
    const { body, warnings } = planGeneration(generateRequest({ aspectRatio }), {}, config)
    expect(`${body.width}x${body.height}`).toBe(used)
    expect(warnings.map(({ type }) => type)).toEqual(adjusted ? ['adjusted'] : [])
  })

  it.each([
    ['steps', { steps: 51 }],
    ['guidanceScale', { guidanceScale: 1.4 }],
    ['guidanceScale', { guidanceScale: 5.1 }],
    ['strength', { strength: 2.1 }],
    ['strength', { strength: -0.1 }],
  ])('refuses %s outside its range', (field, changes) => {
    expect(refusal(() => planGeneration(generateRequest(changes), {}, config))).toMatchObject({
      kind: 'invalid-request',
      fields: [{ field }],
    })
  })

  it('warns of what it lacks', () => {
    const request = generateRequest({ negativePrompt: 'rain', format: 'webp', webhookUrl: 'https://example.com' })
    const { body, warnings } = planGeneration(request, {}, config)
    expect(body).toEqual({ prompt: 'a painting of TOK' })
    expect(warnings.map(({ type, parameter }) => [type, parameter])).toEqual([
      ['unsupported', 'negativePrompt'],
      ['unsupported', 'webhookUrl'],
      ['unsupported', 'format'],
    ])
    const strict = { format: 'webp', onUnsupported: 'error' } as const
    expect(refusal(() => planGeneration(generateRequest(strict), {}, config))).toMatchObject({
      kind: 'unsupported',
      fields: [{ field: 'format' }],
    })
  })
})

describe('a LoRA', () => {
  const lora = (changes = {}) => generateRequest({ models: [{ model: loraModel }], ...changes })

  it('goes through flux-dev-finetuned, which wants a seed: -1 is a random one', () => {
    expect(planGeneration(lora(), {}, config)).toMatchObject({
      slug: 'flux-dev-finetuned',
      body: { prompt: 'a painting of TOK', finetune_id: loraModel.id, seed: -1 },
      warnings: [],
    })
  })

  it('takes every parameter of the page', () => {
    const request = lora({ seed: 0, steps: 25, strength: -10, aspectRatio: '5:8' })
    const options = { scheduler: 'simple', samplerName: 'euler', hardware: 'cost' }
    expect(planGeneration(request, options, config).body).toEqual({
      prompt: 'a painting of TOK',
      finetune_id: loraModel.id,
      seed: 0,
      steps: 25,
      lora_strength: -10,
      aspect_ratio: '5:8',
      scheduler: 'simple',
      sampler_name: 'euler',
      hardware: 'cost',
    })
  })

  it('can be called by its own slug', () => {
    const { slug, body } = planGeneration(lora(), { useModelSlug: true }, config)
    expect(slug).toBe('b7a4f5de-lora')
    expect(body).not.toHaveProperty('finetune_id')
  })

  it.each([
    ['size', '768x1024', '3:4'],
    ['size', '1024x1024', '1:1'],
    ['aspectRatio', '4:5', '3:4'],
    ['aspectRatio', '100:1', '21:9'],
  ])('takes shapes only: %s %s becomes %s', (parameter, given, used) => {
    const { body, warnings } = planGeneration(lora({ [parameter]: given }), {}, config)
    expect(body.aspect_ratio).toBe(used)
    expect(warnings).toMatchObject([{ type: 'adjusted', parameter, given, used }])
    const strict = lora({ [parameter]: given, onUnsupported: 'error' })
    expect(refusal(() => planGeneration(strict, {}, config))).toMatchObject({ kind: 'unsupported' })
  })

  it('has no guidance and no format', () => {
    const { warnings } = planGeneration(lora({ guidanceScale: 3, format: 'png' }), {}, config)
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['guidanceScale', 'format'])
  })

  it('refuses options of other endpoints', () => {
    expect(refusal(() => planGeneration(lora(), { safetyTolerance: 2 }, config))).toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'providerOptions.segmind.safetyTolerance' }],
    })
  })
})

describe('the base model', () => {
  const base = (changes = {}) => generateRequest({ models: [], prompt: 'a lighthouse', ...changes })

  it('is that of the configured kind, with the parameters of its page', () => {
    const request = base({ aspectRatio: '16:9', seed: 3, steps: 25, guidanceScale: 3, format: 'jpeg' })
    const pro = { interval: 2, safetyTolerance: 2, outputQuality: 80 }
    const body = {
      prompt: 'a lighthouse',
      aspect_ratio: '16:9',
      seed: 3,
      steps: 25,
      guidance: 3,
      output_format: 'jpg',
      output_quality: 80,
    }
    expect(planGeneration(request, pro, config)).toEqual({
      endpoint: 'flux-pro',
      slug: 'flux-pro',
      warnings: [],
      body: { ...body, interval: 2, safety_tolerance: 2 },
    })
    const dev = { promptStrength: 0.8, outputQuality: 80 }
    expect(planGeneration(request, dev, { id: 'segmind', baseModel: 'FLUX' })).toMatchObject({
      slug: 'flux-dev',
      body: { prompt: 'a lighthouse', aspect_ratio: '16:9', seed: 3, steps: 25, prompt_strength: 0.8 },
    })
  })

  it('takes no more than is declared of models', () => {
    const lora = { id: 'segmind', baseModel: 'FLUX' } as const
    const { body, warnings } = planGeneration(base({ guidanceScale: 3, format: 'png' }), {}, lora)
    expect(body).toEqual({ prompt: 'a lighthouse' })
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['guidanceScale', 'format'])
    const webp = planGeneration(base({ format: 'webp' }), {}, config)
    expect(webp).toMatchObject({ body: { prompt: 'a lighthouse' }, warnings: [{ parameter: 'format' }] })
  })

  it('has no strength of a fine-tune', () => {
    expect(planGeneration(base({ strength: 1 }), {}, config).warnings).toMatchObject([{ parameter: 'strength' }])
  })

  it('does not know {subject}', () => {
    expect(refusal(() => planGeneration(base({ prompt: '{subject}' }), {}, config))).toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'prompt' }],
    })
  })
})

describe('identity', () => {
  it.each([
    ['a model of another provider', [{ model: model({ provider: 'fal' }) }]],
    ['two models', [{ model: model() }, { model: model({ id: 'other' }) }]],
    ['a model of an unknown base', [{ model: model({ base: 'sdxl', data: {} }) }]],
  ])('refuses %s', (_, models) => {
    expect(refusal(() => planGeneration(generateRequest({ models }), {}, config))).toMatchObject({
      kind: 'unsupported',
      provider: 'segmind',
    })
  })

  it('refuses more than one picture', () => {
    expect(refusal(() => planGeneration(generateRequest({ n: 2 }), {}, config))).toMatchObject({
      kind: 'unsupported',
      fields: [{ field: 'n' }],
    })
  })
})
