import { createHash, randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { PictureOptions, Subject } from '../core/pictures/draw.js'
import { drawPicture } from '../core/pictures/draw.js'
import { UnreachableUrlError } from '../core/reach.js'
import type { InvoiceLine } from '../core/types.js'
import type { VendorContext } from '../core/vendor.js'
import type { Weights } from '../core/weights.js'
import { readWeights, WeightsError } from '../core/weights.js'
import type { Output } from './entities.js'
import type { Detail, Failure } from './errors.js'
import { detail, downloadError, modelFailure } from './errors.js'
import type { FalFiles } from './files.js'
import type { InputReader } from './input.js'
import { isRecord, readInput } from './input.js'
import type { GeneratorModel } from './models.js'
import { billImages } from './prices.js'

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

export function generationLines(model: GeneratorModel, input: GenerationInput): InvoiceLine[] {
  return billImages(model.id, input.count, input.width, input.height)
}

export type GenerationResult = { output: Output; applied: string[] } | { failure: Failure }

/** Loads the weights that were asked for, and prepares the pictures. They are drawn when they are downloaded. */
export async function generate(
  model: GeneratorModel,
  input: GenerationInput,
  context: VendorContext<object>,
  files: FalFiles,
  options: { readonly seconds: number; readonly blackImage: boolean },
): Promise<GenerationResult> {
  const loaded = await loadAll(model, input, context)
  if ('failure' in loaded) return loaded
  const file = { name: '', mediaType: `image/${input.format}` }
  const published = Array.from({ length: input.count }, (_, index) => {
    const picture: PictureOptions = {
      subjects: loaded.subjects,
      prompt: input.prompt,
      seed: input.seed + index,
      width: input.width,
      height: input.height,
      format: input.format,
      vendor: 'fal',
      look: { brightness: 1.03, saturation: 1.08, hue: 0 },
    }
    const name = `${pictureName(picture, model.id)}.${input.format === 'jpeg' ? 'jpg' : input.format}`
    const make = () => (options.blackImage ? blackPicture(picture) : drawPicture(picture))
    return { ...files.publishLazy({ ...file, name, make }), name, make }
  })
  const images = await Promise.all(
    published.map(async ({ url, make }) => ({
      url: input.syncMode ? `data:${file.mediaType};base64,${(await make()).toString('base64')}` : url,
      width: input.width,
      height: input.height,
      content_type: file.mediaType,
    })),
  )
  const body = {
    images,
    timings: { inference: options.seconds },
    seed: input.seed,
    has_nsfw_concepts: images.map(() => options.blackImage),
    prompt: input.prompt,
  }
  const applied = input.loras.filter(({ scale }) => scale > 0).map(({ path }) => path)
  return { output: { body, fileIds: published.map(({ id }) => id) }, applied }
}

async function loadAll(
  model: GeneratorModel,
  input: GenerationInput,
  context: VendorContext<object>,
): Promise<{ subjects: Subject[] } | { failure: Failure }> {
  const subjects: Subject[] = []
  for (const [index, { path, scale }] of input.loras.entries()) {
    const loaded = await loadWeights(path, ['body', 'loras', index, 'path'], context)
    if ('failure' in loaded) return loaded
    const architecture = loaded.weights.metadata['modelspec.architecture']
    if (architecture !== model.baseModel) {
      const message = `Failed to load the LoRA: it was trained on ${architecture}, the model is ${model.baseModel}`
      return {
        failure: modelFailure(422, detail(['body', 'loras', index, 'path'], 'value_error', message, { input: path })),
      }
    }
    if (scale > 0) subjects.push({ photos: loaded.weights.photos, strength: Math.min(1, scale) })
  }
  for (const url of input.imageUrls) {
    const failure = await checkImage(url, context)
    if (failure !== undefined) return { failure }
  }
  return { subjects }
}

async function loadWeights(
  path: string,
  loc: Detail['loc'],
  context: VendorContext<object>,
): Promise<{ weights: Weights } | { failure: Failure }> {
  try {
    const file = await context.fetchFile(path)
    return { weights: readWeights(await readFile(file.path)) }
  } catch (error) {
    // A repository name, a public host, a page instead of weights: all end as a download that failed.
    if (error instanceof UnreachableUrlError || error instanceof WeightsError)
      return { failure: modelFailure(422, downloadError(loc, path)) }
    throw error
  }
}

async function checkImage(url: string, context: VendorContext<object>): Promise<Failure | undefined> {
  try {
    const file = await context.fetchFile(url)
    if (file.width !== undefined) return undefined
    return modelFailure(
      422,
      detail(
        ['body', 'image_url'],
        'image_load_error',
        'Failed to load the image. Please ensure the image file is not corrupted.',
        { input: url.slice(0, 200) },
      ),
    )
  } catch (error) {
    if (error instanceof UnreachableUrlError)
      return modelFailure(422, downloadError(['body', 'image_url'], url.slice(0, 200)))
    throw error
  }
}

/** fal names files by random letters; here the name follows from the picture, so that a run can be repeated. */
function pictureName(picture: PictureOptions, modelId: string): string {
  const { prompt, seed, width, height } = picture
  return createHash('sha256')
    .update(JSON.stringify([modelId, prompt, seed, width, height]))
    .digest('base64url')
    .slice(0, 21)
}

/** What the safety checker puts in the place of a picture. */
async function blackPicture({ width, height, format }: PictureOptions): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: '#000000' } })
    .toFormat(format)
    .toBuffer()
}
