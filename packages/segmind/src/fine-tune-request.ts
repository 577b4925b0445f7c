import { createHash } from 'node:crypto'
import { safeFileNames, type ZipEntry } from '@likeness/adapter-kit'
import {
  type FieldError,
  type FineTuneRequest,
  type ImageFile,
  type JsonObject,
  LikenessError,
  subjectKind,
  unsupportedInFineTune,
  type Warning,
} from '@likeness/core'
import { capabilitiesFor, trainingParameters } from './capabilities.js'
import { chooseTraining } from './facts/choose.js'
import { checkRanges } from './facts/range.js'
import { defaultTrigger, type SegmindBaseModel, type TrainingFacts, trainings } from './facts/trainings.js'
import { checkChoices, type SegmindFineTuneOptions, wireOptions } from './options.js'
import type { SegmindConfig } from './settings.js'

/** Options that are not part of `advance_parameters`. */
const topLevelOptions = ['baseModel', 'theme', 'instancePrompt', 'segmindPublic', 'machineType']

/** A checked request, ready for the upload of its images. */
export interface PlannedFineTune {
  readonly baseModel: SegmindBaseModel
  readonly training: TrainingFacts
  readonly name: string
  readonly trigger: string
  /** Of the LoRA, where the request names it. The vendor's own default is known of Flux Pro only. */
  readonly rank: number | undefined
  readonly warnings: readonly Warning[]
  /** The submit body without `data_source_path`. */
  readonly body: JsonObject
}

/**
 * Name of a job at Segmind. Carries the idempotency key, as it is where that is safe in the model's slug
 * (`<uuid>-<name>`), else its hash: a job whose submit got no answer is found in the list by this name.
 */
export function jobName({ subject, idempotencyKey }: Pick<FineTuneRequest, 'subject' | 'idempotencyKey'>): string {
  const key = /^[A-Za-z0-9_-]{1,64}$/.test(idempotencyKey)
    ? idempotencyKey
    : createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)
  const label = (subject.name ?? subject.className).replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)
  return [label.replace(/^-+|-+$/g, ''), key].filter(Boolean).join('-')
}

const proThemes = { person: 'CHARACTER', pet: 'CHARACTER', character: 'CHARACTER', product: 'PRODUCT', style: 'STYLE' }

function themeOf(request: FineTuneRequest, baseModel: SegmindBaseModel): string | undefined {
  if (baseModel !== 'FLUX_PRO') return trainings[baseModel].themes[0]
  const kind = subjectKind(request.subject)
  return kind === undefined ? 'GENERAL' : proThemes[kind]
}

// Every documented body has an `instance_prompt`, so one is written where the caller gives none.
function instancePrompt({ subject }: FineTuneRequest, trigger: string): string {
  return subjectKind(subject) === 'style'
    ? `a picture in the style of ${trigger}`
    : `a photo of ${trigger} ${subject.className}`
}

function checkImages(images: readonly ImageFile[], { images: limits }: TrainingFacts, job: string, provider: string) {
  const { minimum, maximum = Number.POSITIVE_INFINITY, mediaTypes } = limits
  const fields: FieldError[] = images.flatMap((image, index) =>
    mediaTypes.includes(image.mediaType)
      ? []
      : [
          {
            field: `images.${index}`,
            message: `${image.name} is ${image.mediaType}; must be ${mediaTypes.join(', ')}`,
          },
        ],
  )
  if (images.length < minimum || images.length > maximum) {
    fields.push({ field: 'images', message: `${images.length} given; must be ${minimum} to ${maximum}` })
  }
  if (fields.length === 0) return
  const message = `${job}: ${fields.map((error) => error.message).join('; ')}.`
  throw new LikenessError({ kind: 'invalid-request', message, provider, fields })
}

/**
 * Checks a request and writes its submit body (document: "Flux Pro fine tuning API" and its sisters, docs.segmind.com).
 *
 * @throws LikenessError `invalid-request` or `unsupported`, before anything is sent
 */
export function planFineTune(
  request: FineTuneRequest,
  options: SegmindFineTuneOptions,
  config: Pick<SegmindConfig, 'id' | 'baseModel'>,
): PlannedFineTune {
  const { id } = config
  const baseModel = chooseTraining(request.base, options.baseModel, config)
  const training = trainings[baseModel]
  const { fineTune } = capabilitiesFor(baseModel)
  if (fineTune === undefined) throw new TypeError(`${baseModel} has no fine-tune capabilities`)
  const parameters = trainingParameters(training)
  const warnings = unsupportedInFineTune(id, { ...fineTune, parameters }, request)
  checkRanges({ ...request }, training.limits, baseModel, id)
  checkImages(request.images, training, baseModel, id)
  checkChoices(options, baseModel, training, id)
  const trigger = request.trigger ?? defaultTrigger
  const neutral = Object.entries(training.fields)
    .map(([parameter, field]) => [field, request[parameter as keyof typeof training.fields]] as const)
    .filter(([, value]) => value !== undefined)
  const advanced = {
    ...Object.fromEntries(neutral),
    ...wireOptions(options, training.options, topLevelOptions, baseModel, id),
  }
  const name = jobName(request)
  const body: JsonObject = {
    name,
    instance_prompt: options.instancePrompt ?? instancePrompt(request, trigger),
    // Said where no default is documented: prompts will be written with this very word.
    ...((request.trigger !== undefined || !training.triggerDefaults) && { trigger_word: trigger }),
    base_model: baseModel,
    theme: options.theme ?? themeOf(request, baseModel),
    // In every documented body; left out it might mean anything, and a public model is not what a caller expects.
    segmind_public: options.segmindPublic ?? false,
    ...(training.trainType && { train_type: training.trainType }),
    // The official SDK makes it mandatory for these jobs and the pages name no default: the first documented one.
    ...(training.machineTypes && { machine_type: options.machineType ?? training.machineTypes[0] }),
    advance_parameters: advanced as JsonObject,
  }
  const rank = training.fields.rank === undefined ? undefined : request.rank
  return { baseModel, training, name, trigger, rank, warnings, body }
}

const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' }

/**
 * Files of the dataset archive: images at its root ("do not create subfolders"), captions beside them under the same
 * stem. Extensions follow the content, since trainers choose files by them.
 */
export function datasetEntries(images: readonly ImageFile[], captions: boolean): ZipEntry[] {
  const names = safeFileNames(images.map(({ name }) => name))
  return images.flatMap((image, index) => {
    const stem = (names[index] ?? String(index)).replace(/\.[^.]*$/, '')
    const extension = extensions[image.mediaType] ?? 'jpg'
    const picture: ZipEntry = { name: `${stem}.${extension}`, bytes: image.bytes, open: () => image.stream() }
    if (!captions || image.caption === undefined) return [picture]
    const text = Buffer.from(image.caption, 'utf8')
    const open = async function* () {
      yield text
    }
    return [picture, { name: `${stem}.txt`, bytes: text.length, open }]
  })
}
