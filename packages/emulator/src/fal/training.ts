import { ArchiveError, openArchive } from '../core/archive.js'
import type { StoredFile } from '../core/files.js'
import { UnreachableUrlError } from '../core/reach.js'
import type { InvoiceLine } from '../core/types.js'
import type { VendorContext } from '../core/vendor.js'
import { packWeights } from '../core/weights.js'
import type { Output } from './entities.js'
import type { Detail, Failure } from './errors.js'
import { detail, downloadError, modelFailure } from './errors.js'
import type { FalFiles } from './files.js'
import { readInput } from './input.js'
import type { TrainerModel } from './models.js'
import { billSteps } from './prices.js'

export interface TrainingInput {
  readonly datasetUrl: string
  readonly word: string
  readonly steps: number
}

const imageExtensions = ['.jpg', '.jpeg', '.png', '.webp']
const archiveExtensions = ['.zip']
const decodable = new Set(['jpeg', 'png', 'webp'])

/** Faults in the body, as the trainer's schema finds them. */
export function readTraining(
  model: TrainerModel,
  input: Record<string, unknown>,
): { value: TrainingInput; faults: readonly Detail[] } {
  const reader = readInput(input)
  const datasetUrl = reader.string(model.datasetField, { required: true }) ?? ''
  const word = reader.string(model.wordField, { required: model.wordRequired, fallback: model.defaultWord ?? '' }) ?? ''
  const steps =
    reader.integer('steps', { min: 1, max: model.maxSteps, fallback: model.defaultSteps }) ?? model.defaultSteps
  reader.number('learning_rate', { min: 0 })
  reader.string('data_archive_format')
  for (const name of [
    'create_masks',
    'is_style',
    'is_input_format_already_preprocessed',
    'subject_crop',
    'face_crop',
    'multiresolution_training',
  ])
    reader.boolean(name, false)
  return { value: { datasetUrl, word, steps }, faults: reader.faults }
}

export function trainingLines(model: TrainerModel, input: TrainingInput): InvoiceLine[] {
  return billSteps(model.id, input.steps)
}

/** Downloads and opens the dataset, and makes the weights. */
export async function train(
  model: TrainerModel,
  input: TrainingInput,
  context: VendorContext<object>,
  files: FalFiles,
): Promise<{ output: Output } | { failure: Failure }> {
  const field = ['body', model.datasetField]
  const dataset = await openDataset(model, input, context, field)
  if ('failure' in dataset) return dataset
  const { photos, captioned } = dataset
  if (model.captionNeeded && !captioned && input.word === '')
    return {
      failure: modelFailure(
        422,
        detail(['body', model.wordField], 'value_error', 'Captions are missing and no default caption was given'),
      ),
    }
  // With captions in the archive the trigger word is not used (schema text of flux-lora-fast-training).
  const triggerWord = captioned ? '' : input.word
  const weights = await context.hold(packWeights({ photos, baseModel: model.baseModel, triggerWord, trainedBy: 'fal' }))
  const lora = await files.publish(weights, 'pytorch_lora_weights.safetensors', 'application/octet-stream')
  const configuration = {
    base_model: model.baseModel,
    steps: input.steps,
    trigger_word: triggerWord,
    images: photos.length,
  }
  const config = await files.publish(
    Buffer.from(JSON.stringify(configuration)),
    'config.json',
    'application/octet-stream',
  )
  const body = { [model.weightsField]: lora.entity(), config_file: config.entity(), debug_preprocessed_output: null }
  return { output: { body, fileIds: [lora.id, config.id] } }
}

async function openDataset(
  model: TrainerModel,
  input: TrainingInput,
  context: VendorContext<object>,
  field: string[],
): Promise<{ photos: string[]; captioned: boolean } | { failure: Failure }> {
  let entries: readonly StoredFile[]
  try {
    entries = await context.hold(openArchive(await context.fetchFile(input.datasetUrl)))
  } catch (error) {
    if (error instanceof UnreachableUrlError)
      return { failure: modelFailure(422, downloadError(field, input.datasetUrl)) }
    if (!(error instanceof ArchiveError)) throw error
    const ctx = { supported_extensions: archiveExtensions }
    return {
      failure: modelFailure(
        422,
        detail(field, 'invalid_archive', 'The archive could not be opened', { ctx, input: input.datasetUrl }),
      ),
    }
  }
  const named = entries.filter(({ name }) =>
    imageExtensions.some((extension) => name.toLowerCase().endsWith(extension)),
  )
  const photos = named.filter(({ name }) => !/_mask\.\w+$/.test(name))
  const broken = photos.find(({ format }) => format === undefined || !decodable.has(format))
  if (broken !== undefined)
    return {
      failure: modelFailure(
        422,
        detail(field, 'image_load_error', `Failed to load the image ${broken.name}`, { input: input.datasetUrl }),
      ),
    }
  if (photos.length < model.minImages) {
    const ctx = { min_count: model.minImages, provided_count: photos.length, supported_extensions: imageExtensions }
    const message = `The archive must contain at least ${model.minImages} images, ${photos.length} were provided`
    return {
      failure: modelFailure(
        422,
        detail(field, 'archive_file_count_below_minimum', message, { ctx, input: input.datasetUrl }),
      ),
    }
  }
  return {
    photos: photos.map(({ path }) => path),
    captioned: entries.some(({ name }) => name.toLowerCase().endsWith('.txt')),
  }
}
