import { describe, expect, it } from 'vitest'
import { fineTuneRequest, image, readAll } from '../test/requests.js'
import { inferenceEndpoints } from './facts/inference-endpoints.js'
import { trainings } from './facts/trainings.js'
import { datasetEntries, jobName, planFineTune } from './fine-tune-request.js'
import { fineTuneOptionsSchema, generateOptionsSchema, type SegmindFineTuneOptions } from './options.js'

const config = { id: 'segmind', baseModel: 'FLUX_PRO' } as const

function refusal(run: () => unknown) {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('was not refused')
}

describe('Flux Pro', () => {
  it('sends only what was given and what the vendor needs', () => {
    const { body, warnings, name } = planFineTune(fineTuneRequest(), {}, config)
    expect(body).toEqual({
      name: 'dog-key-00000001',
      instance_prompt: 'a photo of TOK dog',
      base_model: 'FLUX_PRO',
      theme: 'CHARACTER',
      segmind_public: false,
      advance_parameters: {},
    })
    expect(warnings).toEqual([])
    expect(name).toBe('dog-key-00000001')
  })

  it('sends every parameter of the page', () => {
    const request = fineTuneRequest({ trigger: 'RVX', steps: 450, learningRate: 0.005, rank: 16 })
    const options: SegmindFineTuneOptions = {
      theme: 'GENERAL',
      instancePrompt: 'RVX in a field',
      segmindPublic: true,
      priority: 'HIGH_RES_ONLY',
      captioning: false,
      finetuneType: 'LORA',
    }
    expect(planFineTune(request, options, config).body).toEqual({
      name: 'dog-key-00000001',
      instance_prompt: 'RVX in a field',
      trigger_word: 'RVX',
      base_model: 'FLUX_PRO',
      theme: 'GENERAL',
      segmind_public: true,
      advance_parameters: {
        iterations: 450,
        learning_rate: 0.005,
        lora_rank: 16,
        priority: 'HIGH_RES_ONLY',
        captioning: false,
        finetune_type: 'LORA',
      },
    })
  })

  it.each([
    [{ className: 'man' }, 'CHARACTER'],
    [{ className: 'cat' }, 'CHARACTER'],
    [{ className: 'robot', kind: 'character' }, 'CHARACTER'],
    [{ className: 'sneaker', kind: 'product' }, 'PRODUCT'],
    [{ className: 'style' }, 'STYLE'],
    [{ className: 'castle' }, 'GENERAL'],
  ] as const)('trains %o with theme %s', (subject, theme) => {
    expect(planFineTune(fineTuneRequest({ subject }), {}, config).body.theme).toBe(theme)
  })

  it.each([
    ['steps', { steps: 99 }, 'from 100 to 1000'],
    ['steps', { steps: 1001 }, 'from 100 to 1000'],
    ['learningRate', { learningRate: 0.0051 }, 'from 0.000001 to 0.005'],
    ['learningRate', { learningRate: 0.0000009 }, 'from 0.000001 to 0.005'],
    ['rank', { rank: 24 }, '16 or 32'],
    ['images', { images: Array.from({ length: 21 }, (_, index) => image(`${index}.jpg`)) }, '1 to 20'],
    ['images.0', { images: [image('one.gif', { mediaType: 'image/gif' })] }, 'image/gif'],
  ] as const)('refuses %s outside the limits', (field, changes, allowed) => {
    expect(refusal(() => planFineTune(fineTuneRequest(changes), {}, config))).toMatchObject({
      kind: 'invalid-request',
      provider: 'segmind',
      message: expect.stringContaining(allowed),
      fields: [{ field }],
    })
  })

  it.each([100, 1000])('accepts %d iterations', (steps) => {
    expect(planFineTune(fineTuneRequest({ steps }), {}, config).body.advance_parameters).toEqual({ iterations: steps })
  })

  it('refuses options and themes of other kinds of training', () => {
    expect(refusal(() => planFineTune(fineTuneRequest(), { repeats: 5 }, config))).toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'providerOptions.segmind.repeats' }],
    })
    expect(refusal(() => planFineTune(fineTuneRequest(), { theme: 'FLUX' }, config))).toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'providerOptions.segmind.theme', message: expect.stringContaining('CHARACTER') }],
    })
    expect(refusal(() => planFineTune(fineTuneRequest(), { machineType: 'NVIDIA_H100' }, config))).toMatchObject({
      kind: 'invalid-request',
    })
  })

  it('has no webhook per job and no mock', () => {
    const webhookUrl = 'https://example.com/hook'
    expect(planFineTune(fineTuneRequest({ webhookUrl }), {}, config).warnings).toMatchObject([
      { type: 'unsupported', parameter: 'webhookUrl' },
    ])
    expect(refusal(() => planFineTune(fineTuneRequest({ mode: 'mock' }), {}, config))).toMatchObject({
      kind: 'unsupported',
    })
  })
})

describe('other kinds of training', () => {
  it('sends every parameter of the Flux page', () => {
    const request = fineTuneRequest({ base: 'flux-1-dev', steps: 1000, learningRate: 0.0004, rank: 128 })
    const options: SegmindFineTuneOptions = {
      machineType: 'NVIDIA_L40S',
      autoCaption: true,
      batchSize: 2,
      bucketSteps: 64,
      centerCrop: false,
      contentOrStyle: 'balanced',
      gradientAccumulationSteps: 2,
      linear: 16,
      linearAlpha: 16,
      learningRateScheduler: 'constant',
      maximumGradientNorm: 0,
      noiseOffset: 0,
      trainingEpochs: 1000,
      optimizerType: 'Adafactor',
      samplePrompt: 'TOK in a park',
      relativeStep: false,
      repeats: 100,
      resolution: 1024,
      weightDecay: 0.01,
    }
    expect(planFineTune(request, options, config).body).toMatchObject({
      base_model: 'FLUX',
      theme: 'FLUX',
      train_type: 'LORA',
      machine_type: 'NVIDIA_L40S',
      advance_parameters: {
        steps: 1000,
        learning_rate: 0.0004,
        lora_rank: 128,
        auto_caption: true,
        batch_size: 2,
        bucket_steps: 64,
        center_crop: false,
        content_or_style: 'balanced',
        gradient_accumulation_steps: 2,
        linear: 16,
        linear_alpha: 16,
        lr_scheduler: 'constant',
        max_grad_norm: 0,
        noise_offset: 0,
        num_train_epochs: 1000,
        optimizer_type: 'Adafactor',
        prompt: 'TOK in a park',
        relative_step: false,
        repeats: 100,
        resolution: 1024,
        weight_decay: 0.01,
      },
    })
  })

  it('sends the parameters of the Fast Flux and Qwen pages', () => {
    const fast = { baseModel: 'FAST_FLUX', faceCrop: false, finetuneType: 'LORA' } as const
    const { body } = planFineTune(fineTuneRequest({ steps: 2000 }), fast, config)
    expect(body).toMatchObject({
      trigger_word: 'TOK',
      base_model: 'FAST_FLUX',
      theme: 'subject',
      advance_parameters: { steps: 2000, face_crop: false, finetune_type: 'LORA' },
    })
    expect(body).not.toHaveProperty('train_type')
    expect(body).not.toHaveProperty('machine_type')
    const qwen = fineTuneRequest({ base: 'qwen-image', steps: 1000, learningRate: 0.0004 })
    expect(planFineTune(qwen, { autoCaption: false }, config).body).toMatchObject({
      base_model: 'QWEN',
      theme: 'QWEN',
      train_type: 'LORA',
      machine_type: 'NVIDIA_H100',
      advance_parameters: { steps: 1000, learning_rate: 0.0004, auto_caption: false },
    })
  })

  it('warns of what a kind of training lacks, or refuses', () => {
    const request = fineTuneRequest({ base: 'qwen-image', rank: 16 })
    expect(planFineTune(request, {}, config).warnings).toMatchObject([{ type: 'unsupported', parameter: 'rank' }])
    expect(refusal(() => planFineTune({ ...request, onUnsupported: 'error' }, {}, config))).toMatchObject({
      kind: 'unsupported',
      fields: [{ field: 'rank' }],
    })
  })

  it('chooses the kind by base, with the configured one first', () => {
    const fast = { id: 'segmind', baseModel: 'FAST_FLUX' } as const
    expect(planFineTune(fineTuneRequest({ base: 'flux-1-dev' }), {}, fast).baseModel).toBe('FAST_FLUX')
    expect(planFineTune(fineTuneRequest({ base: 'flux-1-dev' }), {}, config).baseModel).toBe('FLUX')
    expect(planFineTune(fineTuneRequest(), {}, { id: 'segmind', baseModel: 'FLUX' }).baseModel).toBe('FLUX')
    expect(refusal(() => planFineTune(fineTuneRequest({ base: 'sdxl' }), {}, config))).toMatchObject({
      kind: 'unsupported',
      fields: [{ field: 'base', message: expect.stringContaining('flux-1-pro') }],
    })
    const contradiction = { baseModel: 'FLUX_PRO' } as const
    expect(refusal(() => planFineTune(fineTuneRequest({ base: 'flux-1-dev' }), contradiction, config))).toMatchObject({
      kind: 'unsupported',
    })
  })
})

describe('names of jobs', () => {
  it('carry the key, so that a lost job can be found', () => {
    const named = { subject: { className: 'dog', name: 'Rex & Co. / 7' }, idempotencyKey: 'order-4711' }
    expect(jobName(named)).toBe('Rex-Co-7-order-4711')
    expect(jobName({ ...named, subject: { className: '犬' } })).toBe('order-4711')
  })

  it('differ for keys that are unsafe in a URL', () => {
    const subject = { className: 'dog' }
    const names = ['a/b c d e', 'a b/c d e'].map((idempotencyKey) => jobName({ subject, idempotencyKey }))
    expect(names[0]).toMatch(/^dog-[0-9a-f]{32}$/)
    expect(names[0]).not.toBe(names[1])
  })
})

describe('the dataset', () => {
  it('has unique names at its root, extensions by content and captions beside their image', async () => {
    const images = [
      image('a.jpg', { caption: 'TOK runs' }),
      image('a.png', { mediaType: 'image/png' }),
      image('../up.bin', { mediaType: 'image/webp', caption: 'TOK sleeps' }),
    ]
    const entries = datasetEntries(images, true)
    expect(entries.map(({ name }) => name)).toEqual(['a.jpg', 'a.txt', 'a-2.png', 'up.webp', 'up.txt'])
    const text = entries[1]
    expect(text && (await readAll(text.open())).toString()).toBe('TOK runs')
    expect(text?.bytes).toBe(8)
    expect(datasetEntries(images, false)).toHaveLength(3)
  })
})

describe('options', () => {
  it('are all taken by some job, and tables name no unknown one', () => {
    const top = ['baseModel', 'theme', 'instancePrompt', 'segmindPublic', 'machineType']
    const taken = Object.values(trainings).flatMap(({ options }) => Object.keys(options))
    expect(new Set([...top, ...taken])).toEqual(new Set(Object.keys(fineTuneOptionsSchema.shape)))
    const used = Object.values(inferenceEndpoints).flatMap(({ options }) => Object.keys(options))
    expect(new Set(['inference', 'useModelSlug', ...used])).toEqual(new Set(Object.keys(generateOptionsSchema.shape)))
  })
})
