import type { MultipartPart, RequestBody } from '@likeness/adapter-kit'
import {
  type FineTuneRequest,
  type ImageFile,
  type JsonObject,
  type JsonValue,
  renderPrompt,
  subjectWords,
  unsupportedInFineTune,
  type Warning,
} from '@likeness/core'
import { fineTuneCapabilities, fluxTuneId } from './capabilities.js'
import { refusal, warnOrRefuse } from './errors.js'
import type { AstriaFineTuneOptions } from './options.js'

/** A tune as it will be sent. */
export interface TunePlan {
  readonly body: RequestBody
  readonly warnings: readonly Warning[]
  /** What reading the tune later needs. */
  readonly data: JsonObject
}

/** `trainingFaceCorrect` is `training_face_correct`. Options that were left out are left out. */
export function toWire(options: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  const wire: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) wire[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value
  }
  return wire
}

/**
 * Rails' form fields: `tune[steps]`, `tune[characteristics][eye_color]`, `tune[prompts_attributes][0][text]`. A form
 * has no null: an empty value is what Rails reads as none.
 */
export function formParts(name: string, value: JsonValue | undefined): MultipartPart[] {
  if (value === undefined) return []
  if (value === null) return [{ name, value: '' }]
  if (typeof value !== 'object') return [{ name, value: String(value) }]
  return Object.entries(value).flatMap(([key, inner]) => formParts(`${name}[${key}]`, inner))
}

/** A file as a part. */
export function filePart(name: string, fileName: string, file: ImageFile): MultipartPart {
  return { name, fileName, mediaType: file.mediaType, bytes: file.bytes, open: () => file.stream() }
}

function splitName(fileName: string): readonly [stem: string, extension: string] {
  const dot = fileName.lastIndexOf('.')
  return dot <= 0 ? [fileName, ''] : [fileName.slice(0, dot), fileName.slice(dot)]
}

/**
 * The training images, each followed by its caption as a text file of the same name: `1.jpg`, `1.txt`.
 * https://docs.astria.ai/docs/changes (2024-11-27)
 */
function imageParts(images: readonly ImageFile[]): MultipartPart[] {
  const field = 'tune[images][]'
  const taken = new Set<string>()
  return images.flatMap((image) => {
    const [name, extension] = splitName(image.name)
    let stem = name
    // Two pictures that differ in their extension alone would share one caption file.
    for (let count = 2; taken.has(stem); count++) stem = `${name}-${count}`
    taken.add(stem)
    const picture = filePart(field, `${stem}${extension}`, image)
    if (image.caption === undefined) return [picture]
    const caption = new TextEncoder().encode(image.caption)
    const open = async function* () {
      yield caption
    }
    return [picture, { name: field, fileName: `${stem}.txt`, mediaType: 'text/plain', bytes: caption.byteLength, open }]
  })
}

/** Rails' usual limit of a title is 255 characters; Astria's own is not documented. */
const longestTitle = 255

/** The title carries the idempotency key, so that a lost tune can be found by it: `<name> - <key>`. */
export function tuneTitle({ subject, idempotencyKey }: Pick<FineTuneRequest, 'subject' | 'idempotencyKey'>): string {
  const room = longestTitle - idempotencyKey.length - 3
  return subject.name === undefined || room < 1
    ? idempotencyKey
    : `${subject.name.slice(0, room).trim()} - ${idempotencyKey}`
}

/** Whether a tune is the one that was made for this key. */
export function hasKey(title: string | null | undefined, idempotencyKey: string): boolean {
  return title === idempotencyKey || (title?.endsWith(` - ${idempotencyKey}`) ?? false)
}

const baseOptions = ['preset', 'modelType', 'branch', 'baseTuneId'] as const

/** What the tune is trained on. A mock is `branch: fast` and nothing else. */
function baseFields(request: FineTuneRequest, options: AstriaFineTuneOptions): Record<string, JsonValue> {
  if (request.mode === 'mock') return { branch: 'fast' }
  const { preset, modelType, branch, baseTuneId } = options
  const flux = (baseTuneId ?? fluxTuneId) === fluxTuneId && (branch ?? 'flux1') === 'flux1'
  // Without a base Astria would train Stable Diffusion 1.5, and without a model type a checkpoint.
  return toWire({
    baseTuneId: baseTuneId ?? (flux ? fluxTuneId : undefined),
    branch,
    modelType: modelType === undefined && flux ? 'lora' : modelType,
    preset,
  })
}

function checkRequest(provider: string, request: FineTuneRequest, options: AstriaFineTuneOptions): void {
  const { base, subject } = request
  if (base !== undefined && base !== 'flux-1-dev') {
    const hint = 'Other bases are reachable by providerOptions.astria.baseTuneId.'
    throw refusal(provider, 'base', `${provider} trains flux-1-dev (given: ${base})`, 'unsupported', hint)
  }
  if (base === 'flux-1-dev' && options.baseTuneId !== undefined && options.baseTuneId !== fluxTuneId) {
    throw refusal(provider, 'providerOptions.astria.baseTuneId', `contradicts base flux-1-dev, which is ${fluxTuneId}`)
  }
  // Seen: 422 "only English letters, numbers and spaces allowed".
  if (!/^[A-Za-z0-9 ]+$/.test(subject.className)) {
    const message = `may hold English letters, numbers and spaces only (given: ${JSON.stringify(subject.className)})`
    throw refusal(provider, 'subject.className', message)
  }
}

/**
 * Astria takes any number and tells of bad ones late or never; below this its own clients refuse. A FaceID tune is made
 * from a single picture.
 *
 * @throws LikenessError `invalid-request`
 */
export function checkImageCount(
  provider: string,
  { images }: FineTuneRequest,
  { modelType }: AstriaFineTuneOptions,
): void {
  const minimum = modelType === 'faceid' ? 1 : fineTuneCapabilities.images.minimum
  if (images.length < minimum)
    throw refusal(provider, 'images', `must be ${minimum} at least (given: ${images.length})`)
}

function nestedPrompts(request: FineTuneRequest, options: AstriaFineTuneOptions): JsonValue[] | undefined {
  return options.promptsAttributes?.map((prompt) =>
    toWire({
      ...prompt,
      text: renderPrompt(prompt.text, subjectWords(request.trigger ?? 'ohwx', request.subject.className)),
    }),
  )
}

/**
 * Turns a fine-tune into Astria's body: multipart with the files, or JSON where each picture has a public URL and none
 * a caption. https://docs.astria.ai/docs/api/tune/create (2026-08-21)
 *
 * @param callback - `webhookUrl` with our token
 * @throws LikenessError `invalid-request` or `unsupported`
 */
export function planTune(
  provider: string,
  request: FineTuneRequest,
  options: AstriaFineTuneOptions,
  callback: string | undefined,
): TunePlan {
  checkRequest(provider, request, options)
  const mock = request.mode === 'mock'
  const left = mock ? baseOptions.filter((name) => options[name] !== undefined) : []
  const warnings = [
    ...unsupportedInFineTune(provider, fineTuneCapabilities, request),
    ...left.map((name) => {
      const parameter = `providerOptions.astria.${name}`
      const message = `A mock training has no \`${name}\`; it was not sent.`
      return warnOrRefuse({ type: 'unsupported', provider, parameter, message }, request.onUnsupported)
    }),
  ]
  const base = baseFields(request, options)
  const { preset, modelType, branch, baseTuneId, promptsAttributes, ...further } = options
  const fields: JsonObject = {
    title: tuneTitle(request),
    name: request.subject.className,
    ...base,
    ...toWire({ token: request.trigger, steps: request.steps, callback, ...further }),
    ...toWire({ promptsAttributes: nestedPrompts(request, options) }),
  }
  const urls = request.images.flatMap(({ url, caption }) => (url !== undefined && caption === undefined ? [url] : []))
  const body: RequestBody =
    urls.length === request.images.length
      ? { type: 'json', value: { tune: { ...fields, image_urls: urls } } }
      : { type: 'multipart', parts: [...formParts('tune', fields), ...imageParts(request.images)] }
  const data = { ...base, token: request.trigger, mock: mock || undefined }
  return { body, warnings, data: toWire(data) }
}
