/**
 * Every request field that the three documents name from which the project started, sent through the neutral interface
 * to the emulated vendor and found in what it received:
 * - docs.astria.ai "Create a tune" and "Flux API usage", and astria.ai's API page for prompts
 * - docs.segmind.com "Flux Pro fine tuning API"
 * - fal.ai/models/fal-ai/flux-lora/api (by way of @fal-ai/serverless-client)
 */
import { createAstria } from '@likeness/astria'
import {
  createPortfolio,
  fineTune,
  generate,
  type Portfolio,
  type Provider,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type JournalEntry, type Operation } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind, type SegmindProvider } from '@likeness/segmind'
import { trainingPhotos } from '@likeness/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'

const images = trainingPhotos()
const webhookUrl = 'https://app.example/hooks'
const robot = { className: 'robot', kind: 'product', name: 'Pip' } as const

function emulate() {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, deliver: async () => new Response('ok') })
  onTestFinished(() => emulator.close())
  const common = { clock, fetch: ((input, init) => emulator.fetch(input, init)) as typeof globalThis.fetch }
  return { emulator, common }
}

/** A body's fields under dotted names: `tune.title`, `loras.0.path`; a form's brackets are dots as well. */
function fieldsOf(body: unknown, path = ''): [name: string, value: unknown][] {
  if (Array.isArray(body) && body.every((entry) => Array.isArray(entry) && entry.length === 2)) {
    return body.map(([name, value]) => [String(name).replaceAll(/\[(\w*)\]/g, '.$1'), value])
  }
  if (typeof body !== 'object' || body === null) return [[path, body]]
  return Object.entries(body).flatMap(([name, value]) => fieldsOf(value, path === '' ? name : `${path}.${name}`))
}

/** What the vendor received of one operation, in all its requests. */
function received(journal: readonly JournalEntry[], operation: Operation): Map<string, unknown> {
  const entries = journal.filter((entry) => entry.operation === operation)
  return new Map(entries.flatMap(({ body, query }) => [...fieldsOf(body ?? {}), ...Object.entries(query)]))
}

/** The documented fields that did not arrive as they should. */
function missing(fields: ReadonlyMap<string, unknown>, documented: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(documented)
    .filter(([name, value]) => {
      const given = fields.get(name)
      return value instanceof RegExp ? !value.test(String(given)) : String(given) !== String(value)
    })
    .map(([name, value]) => `${name}: expected ${value}, received ${fields.get(name)}`)
}

async function train(provider: Provider): Promise<Portfolio> {
  const { model } = await fineTune({ provider, subject: robot, images })
  return createPortfolio(robot, [model])
}

describe('Astria', () => {
  it('receives every field of "Create a tune"', async () => {
    const { emulator, common } = emulate()
    const provider = createAstria({ ...emulator.endpoints.astria, ...common, webhookSecret: 'a secret of the test' })
    await startFineTune({
      provider,
      subject: robot,
      images,
      steps: 500,
      trigger: 'zwx',
      webhookUrl,
      providerOptions: {
        astria: {
          branch: 'flux1',
          faceCrop: true,
          trainingFaceCorrect: true,
          baseTuneId: 1504944,
          modelType: 'lora',
          autoExtend: true,
          preset: 'flux-lora-portrait',
          characteristics: { eye_color: 'blue eyes' },
          promptsAttributes: [
            {
              text: 'a {subject} holding flowers',
              numImages: 1,
              inpaintFaces: true,
              superResolution: true,
              callback: webhookUrl,
            },
          ],
        },
      },
    })
    const [submit] = emulator.vendors.astria.journal
    expect(
      missing(received(emulator.vendors.astria.journal, 'fine-tune.submit'), {
        'tune.name': 'robot',
        'tune.title': /^Pip - /,
        'tune.images.': /^\[file /,
        'tune.callback': /^https:\/\/app\.example\/hooks/,
        'tune.branch': 'flux1',
        'tune.steps': 500,
        'tune.token': 'zwx',
        'tune.face_crop': true,
        'tune.training_face_correct': true,
        'tune.base_tune_id': 1504944,
        'tune.model_type': 'lora',
        'tune.auto_extend': true,
        'tune.preset': 'flux-lora-portrait',
        'tune.characteristics.eye_color': 'blue eyes',
        'tune.prompts_attributes.0.text': /holding flowers$/,
        'tune.prompts_attributes.0.inpaint_faces': true,
        'tune.prompts_attributes.0.super_resolution': true,
        'tune.prompts_attributes.0.callback': webhookUrl,
      }),
    ).toEqual([])
    expect(submit?.files).toHaveLength(images.length)
  })

  it('receives image_urls', async () => {
    const { emulator, common } = emulate()
    const provider = createAstria({ ...emulator.endpoints.astria, ...common })
    // Refused: the emulator cannot reach a public host. What matters is what was asked of it.
    const urls = images.map((_, index) => `https://photos.example/${index}.png`)
    const fetch = async (url: string | URL | Request) =>
      new Response(images[Number(/(\d+)\.png/.exec(String(url))?.[1])])
    await startFineTune({ provider, subject: robot, images: urls, fetch }).catch(() => {})
    const fields = fieldsOf(
      emulator.vendors.astria.journal.find(({ operation }) => operation === 'fine-tune.submit')?.body,
    )
    expect(fields.filter(([name]) => name.startsWith('tune.image_urls')).map(([, value]) => value)).toEqual(urls)
  })

  it('receives every field of a prompt', async () => {
    const { emulator, common } = emulate()
    const provider = createAstria({ ...emulator.endpoints.astria, ...common, webhookSecret: 'a secret of the test' })
    const portfolio = await train(provider)
    await startGenerate({
      provider,
      portfolio,
      prompt: 'a painting of {subject} in the style of Alphonse Mucha',
      n: 4,
      seed: 7,
      steps: 30,
      guidanceScale: 3.5,
      strength: 0.9,
      webhookUrl,
      providerOptions: { astria: { superResolution: true, faceCorrect: true, ar: 'portrait' } },
    })
    const id = portfolio.models[0]?.id
    expect(
      missing(received(emulator.vendors.astria.journal, 'generation.submit'), {
        'prompt.text': new RegExp(`<lora:${id}:0\\.9>.*in the style of Alphonse Mucha`),
        'prompt.num_images': 4,
        'prompt.seed': 7,
        'prompt.steps': 30,
        'prompt.cfg_scale': 3.5,
        'prompt.super_resolution': true,
        'prompt.face_correct': true,
        'prompt.ar': 'portrait',
        'prompt.callback': /^https:\/\/app\.example\/hooks/,
      }),
    ).toEqual([])
    expect(emulator.vendors.astria.journal.at(-1)?.path).toBe('/tunes/1504944/prompts')
  })

  it('receives negative_prompt where the base is not Flux, which refuses it', async () => {
    const { emulator, common } = emulate()
    const provider = createAstria({ ...emulator.endpoints.astria, ...common })
    const providerOptions = { astria: { tuneId: 690204, negativePrompt: 'extra leg' } }
    await startGenerate({ provider, prompt: 'a castle', providerOptions })
    expect(
      missing(received(emulator.vendors.astria.journal, 'generation.submit'), {
        'prompt.negative_prompt': 'extra leg',
      }),
    ).toEqual([])
  })
})

describe('Segmind', () => {
  function connect(): { emulator: ReturnType<typeof createEmulator>; provider: SegmindProvider } {
    const { emulator, common } = emulate()
    return { emulator, provider: createSegmind({ ...emulator.endpoints.segmind, ...common }) }
  }

  it('receives every field of "Flux Pro fine tuning API"', async () => {
    const { emulator, provider } = connect()
    await startFineTune({
      provider,
      subject: robot,
      images,
      trigger: 'TOKPIP',
      steps: 150,
      learningRate: 0.0002,
      rank: 16,
      providerOptions: {
        segmind: {
          theme: 'PRODUCT',
          instancePrompt: 'a photo of TOKPIP robot',
          segmindPublic: false,
          priority: 'HIGH_RES_ONLY',
          captioning: false,
          finetuneType: 'LORA',
        },
      },
    })
    const { journal } = emulator.vendors.segmind
    expect(
      missing(received(journal, 'fine-tune.submit'), {
        name: /Pip/,
        data_source_path: /\.zip/,
        instance_prompt: 'a photo of TOKPIP robot',
        trigger_word: 'TOKPIP',
        base_model: 'FLUX_PRO',
        theme: 'PRODUCT',
        segmind_public: false,
        'advance_parameters.iterations': 150,
        'advance_parameters.learning_rate': 0.0002,
        'advance_parameters.priority': 'HIGH_RES_ONLY',
        'advance_parameters.captioning': false,
        'advance_parameters.finetune_type': 'LORA',
        'advance_parameters.lora_rank': 16,
      }),
    ).toEqual([])
    expect(missing(received(journal, 'upload'), { name: /\.zip$/ })).toEqual([])
    const submit = journal.find(({ operation }) => operation === 'fine-tune.submit')
    expect(submit?.authenticated).toBe(true)
    expect(submit?.headers['content-type']).toMatch(/^application\/json/)
  })

  it('is asked for the list and for a change of access', async () => {
    const { emulator, provider } = connect()
    const portfolio = await train(provider)
    await provider.fineTune?.list()
    const [model] = portfolio.models
    if (model === undefined) throw new Error('no model was trained')
    await provider.updateAccess(model, { public: true })
    const { journal } = emulator.vendors.segmind
    expect(journal.filter(({ operation }) => operation === 'fine-tune.list')).toHaveLength(1)
    expect(missing(received(journal, 'fine-tune.update'), { request_id: model.id, segmind_public: 'True' })).toEqual([])
  })
})

describe('fal', () => {
  it('receives every field of "FLUX.1 [dev] with LoRAs"', async () => {
    const { emulator, common } = emulate()
    const provider = createFal({ ...emulator.endpoints.fal, ...common })
    const portfolio = await train(provider)
    const request = {
      provider,
      portfolio,
      prompt: 'a tiger eye beside {subject}',
      steps: 20,
      seed: 7,
      strength: 0.8,
      guidanceScale: 4,
      n: 2,
      format: 'png',
      webhookUrl,
    } as const
    await startGenerate({
      ...request,
      providerOptions: { fal: { imageSize: 'square_hd', syncMode: true, enableSafetyChecker: false } },
    })
    const { journal } = emulator.vendors.fal
    expect(
      missing(received(journal, 'generation.submit'), {
        prompt: /^a tiger eye beside /,
        image_size: 'square_hd',
        num_inference_steps: 20,
        seed: 7,
        'loras.0.path': portfolio.models[0]?.weights?.url,
        'loras.0.scale': 0.8,
        guidance_scale: 4,
        sync_mode: true,
        num_images: 2,
        enable_safety_checker: false,
        output_format: 'png',
        fal_webhook: webhookUrl,
      }),
    ).toEqual([])
  })

  it.each(['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9'])(
    'receives image_size %s',
    async (imageSize) => {
      const { emulator, common } = emulate()
      const provider = createFal({ ...emulator.endpoints.fal, ...common })
      await startGenerate({ provider, prompt: 'a castle', providerOptions: { fal: { imageSize } } })
      expect(missing(received(emulator.vendors.fal.journal, 'generation.submit'), { image_size: imageSize })).toEqual(
        [],
      )
    },
  )

  it('receives image_size as width and height, and several LoRAs', async () => {
    const { emulator, common } = emulate()
    const provider = createFal({ ...emulator.endpoints.fal, ...common })
    const portfolio = await train(provider)
    const path = portfolio.models[0]?.weights?.url ?? ''
    const providerOptions = { fal: { loras: [{ path, scale: 0.3 }] } }
    await generate({ provider, portfolio, prompt: 'a {subject}', size: '768x512', providerOptions })
    expect(
      missing(received(emulator.vendors.fal.journal, 'generation.submit'), {
        'image_size.width': 768,
        'image_size.height': 512,
        'loras.1.path': path,
        'loras.1.scale': 0.3,
      }),
    ).toEqual([])
  })
})
