import { createHash } from 'node:crypto'
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
import type { GenerationInput } from './generation-input.js'
import type { GeneratorModel } from './models.js'
import { billImages } from './prices.js'
import type { FalSettings } from './settings.js'

export function generationLines(model: GeneratorModel, input: GenerationInput): InvoiceLine[] {
  return billImages(model.id, input.count, input.width, input.height)
}

export type GenerationResult = { output: Output; applied: string[] } | { failure: Failure }

/** Loads the weights that were asked for, and prepares the pictures. They are drawn when they are downloaded. */
export async function generate(
  model: GeneratorModel,
  input: GenerationInput,
  context: VendorContext<FalSettings>,
  files: FalFiles,
  options: { readonly seconds: number; readonly blackImage: boolean },
): Promise<GenerationResult> {
  const loaded = await loadAll(model, input, context)
  if ('failure' in loaded) return loaded
  const { subjectFidelity } = context.settings
  const file = { name: '', mediaType: `image/${input.format}` }
  const published = Array.from({ length: input.count }, (_, index) => {
    const picture: PictureOptions = {
      subjects: loaded.subjects,
      fidelity: subjectFidelity,
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
  const applied =
    subjectFidelity === 'dropped' ? [] : input.loras.filter(({ scale }) => scale > 0).map(({ path }) => path)
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
