import { safeFileNames } from '@likeness/adapter-kit'
import {
  type FineTuneRequest,
  type ImageFile,
  type JsonObject,
  type JsonValue,
  LikenessError,
  renderPrompt,
  subjectKind,
  subjectWords,
  type Warning,
} from '@likeness/core'
import type { FineTuneOptions } from './options.js'
import type { Trainer } from './trainers.js'

/** A file of the dataset: a picture, or the caption of one. */
export type DatasetEntry =
  | { readonly name: string; readonly image: ImageFile }
  | { readonly name: string; readonly text: string }

/** The word that will stand for the subject: the caller's, else the one the trainer uses unasked. */
export function triggerOf(trainer: Trainer, request: FineTuneRequest): string | undefined {
  return trainer.triggerField === undefined ? undefined : (request.trigger ?? trainer.defaultTrigger)
}

/** Refuses what this trainer would: another base, or too few images. */
export function checkFineTune(provider: string, trainer: Trainer, request: FineTuneRequest): void {
  const refuse = (field: string, message: string, hint?: string): never => {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${provider}: ${field} ${message}.`,
      provider,
      fields: [{ field, message }],
      hint,
    })
  }
  if (request.base !== undefined && request.base !== trainer.base) {
    refuse('base', `is ${request.base}; ${trainer.endpoint} trains ${trainer.base} only`)
  }
  const pictures = request.images.filter((image) => !isMask(image, request.images))
  if (pictures.length < trainer.minimumImages) {
    refuse('images', `are ${pictures.length}; ${trainer.endpoint} needs at least ${trainer.minimumImages}`)
  }
}

/** The body that the trainer gets. What the caller left out is left out. */
export function fineTuneBody(
  trainer: Trainer,
  request: FineTuneRequest,
  options: FineTuneOptions,
  datasetURL: string,
): JsonObject {
  const body: Record<string, JsonValue> = { [trainer.datasetField]: datasetURL }
  const put = (field: string | undefined, value: JsonValue | undefined) => {
    if (field !== undefined && value !== undefined) body[field] = value
  }
  put(trainer.triggerField, request.trigger)
  put(trainer.stepsField, request.steps)
  put(trainer.learningRateField, request.learningRate)
  if (subjectKind(request.subject) === 'style') Object.assign(body, trainer.styleFields)
  const given: Readonly<Record<string, unknown>> = options
  for (const [name, { field }] of Object.entries(trainer.options)) {
    const value = given[name]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') put(field, value)
  }
  return body
}

const extensions: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
}

function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot + 1) }
}

/** fal takes `<name>_mask.<extension>` for the mask of `<name>`, and pairs captions by stem. */
function isMask(image: ImageFile, images: readonly ImageFile[]): boolean {
  const { stem } = splitName(image.name)
  const owner = stem.replace(/_mask$/, '')
  return owner !== stem && images.some((other) => splitName(other.name).stem === owner)
}

/** File names with the extension of the content and a stem of their own, since captions are paired by stem. */
function entryNames(images: readonly ImageFile[]): readonly { stem: string; name: string }[] {
  return safeFileNames(images.map(({ name }) => name)).map((safe, index) => {
    const { stem, extension } = splitName(safe)
    const allowed = extensions[images[index]?.mediaType ?? ''] ?? [extension || 'bin']
    const suffix = allowed.includes(extension.toLowerCase()) ? extension : (allowed[0] ?? 'bin')
    return { stem, name: `${stem}.${suffix}` }
  })
}

function mentions(text: string, word: string): boolean {
  return text.toLowerCase().includes(word.toLowerCase())
}

/** A caption with the subject's words in it: in the place of `{subject}` or `[trigger]`, else in front. */
export function writeCaption(caption: string, trigger: string | undefined, className: string): string {
  const words = subjectWords(trigger, className)
  const written = renderPrompt(caption, words).replaceAll('[trigger]', () => trigger ?? className)
  return trigger === undefined || mentions(written, trigger) ? written : `${words}, ${written}`
}

/**
 * The files of the dataset's zip. As soon as one picture has a caption the trigger word parameter is without effect
 * (schema text of flux-lora-fast-training), so that the word is written into every caption, and pictures without one
 * get the subject's words alone.
 */
export function datasetEntries(
  provider: string,
  trainer: Trainer,
  request: FineTuneRequest,
): { readonly entries: readonly DatasetEntry[]; readonly warnings: readonly Warning[] } {
  const { images, subject } = request
  const trigger = triggerOf(trainer, request)
  const captioned = images.some(({ caption }) => caption !== undefined)
  const names = entryNames(images)
  let added = 0
  const entries = images.flatMap((image, index): DatasetEntry[] => {
    const { stem, name } = names[index] ?? { stem: image.name, name: image.name }
    const picture = { name, image }
    if (image.caption !== undefined) {
      return [picture, { name: `${stem}.txt`, text: writeCaption(image.caption, trigger, subject.className) }]
    }
    if (!captioned || !trainer.captionsReplaceTrigger || trigger === undefined || isMask(image, images))
      return [picture]
    added += 1
    return [picture, { name: `${stem}.txt`, text: subjectWords(trigger, subject.className) }]
  })
  if (added === 0) return { entries, warnings: [] }
  const warning: Warning = {
    type: 'notice',
    provider,
    parameter: 'captions',
    message:
      `${added} of ${images.length} images have no caption. Captions switch the trigger word off at ` +
      `${trainer.endpoint}, so these got "${subjectWords(trigger, subject.className)}" as theirs.`,
  }
  return { entries, warnings: [warning] }
}

/** Warns where nothing but the class name will stand for the subject. */
export function triggerWarnings(provider: string, trainer: Trainer, request: FineTuneRequest): Warning[] {
  if (trainer.triggerField === undefined || triggerOf(trainer, request) !== undefined) return []
  const { className } = request.subject
  const message =
    `${trainer.endpoint} has no default trigger word and none was given: {subject} will be "${className}" alone. ` +
    'Give `trigger` a rare word to tell this subject from others of its class.'
  return [{ type: 'notice', provider, parameter: 'trigger', message }]
}
