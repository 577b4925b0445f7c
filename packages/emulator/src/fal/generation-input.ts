import { randomInt } from 'node:crypto'
import type { Detail } from './errors.js'
import { detail } from './errors.js'
import type { InputReader } from './input.js'
import { isRecord, readInput } from './input.js'
import type { GeneratorModel } from './models.js'

export interface GenerationInput {
  readonly prompt: string
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly count: number
  readonly format: 'jpeg' | 'png' | 'webp'
  readonly loras: readonly { readonly path: string; readonly scale: number }[]
  readonly imageUrls: readonly string[]
  /** Results as `data:` URIs. */
  readonly syncMode: boolean
}

const namedSizes: Readonly<Record<string, readonly [width: number, height: number]>> = {
  square_hd: [1024, 1024],
  square: [512, 512],
  portrait_4_3: [768, 1024],
  portrait_16_9: [576, 1024],
  landscape_4_3: [1024, 768],
  landscape_16_9: [1024, 576],
}

/** Faults in the body, as the model's schema finds them. */
export function readGeneration(
  model: GeneratorModel,
  input: Record<string, unknown>,
): { value: GenerationInput; faults: readonly Detail[] } {
  const reader = readInput(input)
  const prompt = reader.string('prompt', { required: true }) ?? ''
  const [width, height] = readSize(model, reader)
  reader.integer('num_inference_steps', { min: model.steps.min, max: model.steps.max, fallback: model.steps.default })
  reader.number('guidance_scale', {
    min: model.guidance.min,
    max: model.guidance.max,
    fallback: model.guidance.default,
  })
  reader.number('strength', { min: 0, max: 1 })
  reader.boolean('enable_safety_checker', true)
  reader.choice('acceleration', model.accelerations, model.accelerations[0] ?? 'none')
  const value: GenerationInput = {
    prompt,
    width,
    height,
    seed: reader.integer('seed', {}) ?? randomInt(2 ** 32),
    count: reader.integer('num_images', { min: 1, max: model.maxImages, fallback: 1 }) ?? 1,
    format: reader.choice('output_format', model.formats, model.defaultFormat),
    loras: model.maxLoras === 0 ? [] : readLoras(model, reader),
    imageUrls: readImageUrls(model, reader),
    syncMode: reader.boolean('sync_mode', false),
  }
  return { value, faults: reader.faults }
}

function readSize(model: GeneratorModel, reader: InputReader): readonly [number, number] {
  const size = reader.raw('image_size') ?? model.defaultSize
  const fallback: readonly [number, number] = [1024, 768]
  if (typeof size === 'string') {
    const named = namedSizes[size]
    if (named !== undefined) return named
    const expected = Object.keys(namedSizes)
    const message = `Input should be ${expected.map((name) => `'${name}'`).join(' or ')}`
    reader.fail(detail(['body', 'image_size'], 'one_of', message, { ctx: { expected }, input: size }))
    return fallback
  }
  if (!isRecord(size)) {
    reader.fail(
      detail(['body', 'image_size'], 'model_attributes_type', 'Input should be a valid dictionary or object', {
        input: size,
      }),
    )
    return fallback
  }
  const sides = readInput(size, ['body', 'image_size'])
  // 512 is the default of a side that is left out (schema of ImageSize).
  const width = sides.integer('width', { ...model.side, fallback: 512 }) ?? 512
  const height = sides.integer('height', { ...model.side, fallback: 512 }) ?? 512
  for (const fault of sides.faults) reader.fail(fault)
  // Assumed: rounded down to the 16 pixels of the model's patches.
  return [Math.max(16, width - (width % 16)), Math.max(16, height - (height % 16))]
}

function readLoras(model: GeneratorModel, reader: InputReader): GenerationInput['loras'] {
  const loras = reader.raw('loras') ?? []
  if (!Array.isArray(loras)) {
    reader.fail(detail(['body', 'loras'], 'list_type', 'Input should be a valid list', { input: loras }))
    return []
  }
  if (loras.length > model.maxLoras) {
    const ctx = { max_length: model.maxLoras }
    reader.fail(
      detail(['body', 'loras'], 'sequence_too_long', `List should have at most ${model.maxLoras} items`, { ctx }),
    )
  }
  return loras.map((lora: unknown, index) => {
    const item = readInput(isRecord(lora) ? lora : {}, ['body', 'loras', index])
    const path = item.string('path', { required: true }) ?? ''
    const scale = item.number('scale', { min: 0, max: 4, fallback: 1 }) ?? 1
    for (const fault of item.faults) reader.fail(fault)
    return { path, scale }
  })
}

function readImageUrls(model: GeneratorModel, reader: InputReader): string[] {
  return model.imageFields.flatMap((field) => {
    if (!field.endsWith('s')) return [reader.string(field, { required: true }) ?? '']
    const urls = reader.raw(field)
    if (Array.isArray(urls) && urls.length > 0 && urls.every((url) => typeof url === 'string')) return urls
    reader.fail(
      detail(['body', field], urls === undefined ? 'missing' : 'list_type', 'Input should be a list of URLs', {
        input: urls,
      }),
    )
    return []
  })
}
