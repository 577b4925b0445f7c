import { createHash } from 'node:crypto'
import type { MultipartPart, RequestBody } from '@likeness/adapter-kit'
import {
  type AppliedModel,
  fitSize,
  formatSize,
  type GenerateRequest,
  type ImageFile,
  type JsonObject,
  namesSubject,
  nearestAspectRatio,
  parseAspectRatio,
  parseSize,
  renderPrompt,
  type Size,
  subjectPlaceholder,
  subjectWords,
  unsupportedInGenerate,
  type Warning,
} from '@likeness/core'
import { aspectRatios, fluxTuneId, generateCapabilities } from './capabilities.js'
import { refusal, warnOrRefuse } from './errors.js'
import { filePart, formParts, toWire } from './fine-tune-request.js'
import type { AstriaGenerateOptions } from './options.js'

/** A prompt as it will be sent. */
export interface PromptPlan {
  /** The tune to post to: the base, or the tune itself where it is a checkpoint or a mock. */
  readonly tuneId: string
  readonly text: string
  readonly seed: number
  readonly body: RequestBody
  readonly warnings: readonly Warning[]
  readonly mock: boolean
}

/** What the plan depends on beside the request. */
export interface PromptContext {
  readonly provider: string
  /** Workspace of the settings. */
  readonly workspaceId?: number | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** `webhookUrl` with our token. */
  readonly callback?: string | undefined
}

/** Where a prompt goes. */
interface Target {
  readonly tuneId: string
  readonly flux: boolean
  readonly mock: boolean
  /** `<lora:1:0.9>`: the models to load. Empty where the tune itself is posted to. */
  readonly tags: readonly string[]
}

function kindOf({ model }: AppliedModel): string {
  const kind = model.data?.kind
  if (typeof kind === 'string') return kind
  return model.mock === true ? 'mock' : 'lora'
}

function baseOf({ model }: AppliedModel): number {
  const baseTuneId = model.data?.baseTuneId
  return typeof baseTuneId === 'number' ? baseTuneId : fluxTuneId
}

/**
 * The seed that is sent where the caller gives none: made from the idempotency key, so that a prompt whose answer was
 * lost can be found again, and so that Astria's own idempotency (which compares attributes) neither merges two
 * requests nor doubles one. 31 bits, because picture i of a prompt uses seed + i.
 */
export function seedFromKey(idempotencyKey: string): number {
  return createHash('sha256').update(idempotencyKey).digest().readUInt32BE(0) >>> 1
}

function checkModels(request: GenerateRequest, { provider, now }: PromptContext): void {
  for (const { model } of request.models) {
    if (model.provider !== provider) {
      const hint = 'Astria loads its own models only, and their weights cannot leave it: train the subject there first.'
      throw refusal(provider, 'models', `${model.id} is a model of ${model.provider}`, 'unsupported', hint)
    }
    if (!/^\d+$/.test(model.id)) throw refusal(provider, 'models', `${model.id} is not the id of a tune`)
    if (model.expiresAt !== undefined && Date.parse(model.expiresAt) <= now) {
      throw refusal(provider, 'models', `${model.id} expired on ${model.expiresAt}`, 'expired', 'Train it again.')
    }
  }
}

function targetOf(request: GenerateRequest, options: AstriaGenerateOptions, context: PromptContext): Target {
  const { provider } = context
  const [first, ...others] = request.models
  if (first === undefined) {
    if (namesSubject(request.prompt))
      throw refusal(provider, 'prompt', `says ${subjectPlaceholder}, but there is no model`)
    const tuneId = options.tuneId ?? fluxTuneId
    return { tuneId: String(tuneId), flux: tuneId === fluxTuneId, mock: false, tags: [] }
  }
  checkModels(request, context)
  if (options.tuneId !== undefined) {
    throw refusal(
      provider,
      'providerOptions.astria.tuneId',
      'cannot be given together with a model: it has its own base',
    )
  }
  const alone = request.models.find((applied) => ['mock', 'checkpoint'].includes(kindOf(applied)))
  if (alone !== undefined) {
    const kind = kindOf(alone)
    if (others.length > 0) {
      throw refusal(provider, 'models', `${alone.model.id} is a ${kind} and works alone`, 'unsupported')
    }
    // A mock rehearses Flux: what Flux would refuse is refused here too.
    return { tuneId: alone.model.id, flux: kind === 'mock', mock: kind === 'mock', tags: [] }
  }
  const base = baseOf(first)
  const stranger = others.find((applied) => baseOf(applied) !== base)
  if (stranger !== undefined) {
    throw refusal(provider, 'models', `${stranger.model.id} and ${first.model.id} have different bases`, 'unsupported')
  }
  // The tag needs a weight; 1 is "as trained".
  const tags = request.models.map(
    (applied) => `<${kindOf(applied)}:${applied.model.id}:${applied.strength ?? request.strength ?? 1}>`,
  )
  return { tuneId: String(base), flux: base === fluxTuneId, mock: false, tags }
}

/** `<lora:123:0.9> a portrait of ohwx man`. https://docs.astria.ai/docs/api/flux-api (2026-08-21) */
function textOf(request: GenerateRequest, tags: readonly string[]): string {
  const model = request.models[0]?.model
  const words = model === undefined ? '' : subjectWords(model.trigger, model.subject.className)
  return [...tags, renderPrompt(request.prompt, words)].join(' ')
}

function checkRanges(request: GenerateRequest, options: AstriaGenerateOptions, flux: boolean, provider: string): void {
  const { n, steps, guidanceScale } = request
  if (n > generateCapabilities.maximumImages) {
    throw refusal(provider, 'n', `must be at most 8 (given: ${n})`, 'unsupported', 'Send several requests.')
  }
  if (steps !== undefined && steps > 50) throw refusal(provider, 'steps', `must be at most 50 (given: ${steps})`)
  if (guidanceScale !== undefined && guidanceScale > 15) {
    throw refusal(provider, 'guidanceScale', `must be at most 15 (given: ${guidanceScale})`)
  }
  if (flux && guidanceScale !== undefined && guidanceScale >= 5) {
    throw refusal(provider, 'guidanceScale', `must be less than 5 with Flux (given: ${guidanceScale})`)
  }
  if (flux && options.negativePrompt) {
    throw refusal(provider, 'providerOptions.astria.negativePrompt', 'is not supported with Flux')
  }
  if (options.controlnet !== undefined && request.image === undefined) {
    throw refusal(provider, 'providerOptions.astria.controlnet', 'needs `image`')
  }
}

/** Both sides scaled down together, so that fitting changes the shape as little as possible. */
function withinLimit({ width, height }: Size, maximum: number): Size {
  const scale = Math.min(1, maximum / Math.max(width, height))
  return { width: width * scale, height: height * scale }
}

function sizeFields(request: GenerateRequest, flux: boolean, provider: string): [JsonObject, Warning[]] {
  const { size, aspectRatio, onUnsupported } = request
  const adjusted = (parameter: string, given: string, used: string, why: string) =>
    warnOrRefuse(
      { type: 'adjusted', provider, parameter, message: `${why}; ${used} was used.`, given, used },
      onUnsupported,
    )
  if (size !== undefined) {
    const maximum = 2048
    const multipleOf = flux ? 32 : 8
    const fitted = fitSize(withinLimit(parseSize(size), maximum), { multipleOf, minimum: multipleOf, maximum })
    const used = formatSize(fitted)
    const why = `Sides are multiples of ${multipleOf}, ${maximum} at most`
    const warnings = used === formatSize(parseSize(size)) ? [] : [adjusted('size', size, used, why)]
    return [{ w: fitted.width, h: fitted.height }, warnings]
  }
  if (aspectRatio === undefined) return [{}, []]
  const ratio = parseAspectRatio(aspectRatio)
  const nearest = nearestAspectRatio(ratio, aspectRatios) ?? aspectRatio
  const same = parseAspectRatio(nearest) === ratio
  const why = `Aspect ratios are ${aspectRatios.join(', ')}`
  return [{ aspect_ratio: nearest }, same ? [] : [adjusted('aspectRatio', aspectRatio, nearest, why)]]
}

interface Pictures {
  readonly fields: JsonObject
  readonly parts: readonly MultipartPart[]
}

/** Input pictures: as URL where they are public, else as a file. */
function picturesOf(request: GenerateRequest): Pictures {
  const given: [string, ImageFile | undefined][] = [
    ['input_image', request.image],
    ['mask_image', request.mask],
  ]
  const fields = given.flatMap(([name, file]) => (file?.url === undefined ? [] : [[`${name}_url`, file.url]]))
  const parts = given.flatMap(([name, file]) =>
    file === undefined || file.url !== undefined ? [] : [filePart(`prompt[${name}]`, file.name, file)],
  )
  return { fields: Object.fromEntries(fields), parts }
}

/**
 * Turns a generation into Astria's body. https://docs.astria.ai/docs/api/prompt/create (2026-08-21)
 *
 * @throws LikenessError `invalid-request`, `unsupported` or `expired`
 */
export function planPrompt(
  request: GenerateRequest,
  options: AstriaGenerateOptions,
  context: PromptContext,
): PromptPlan {
  const { provider, callback } = context
  const target = targetOf(request, options, context)
  checkRanges(request, options, target.flux, provider)
  const [size, adjustments] = sizeFields(request, target.flux, provider)
  const warnings = [...unsupportedInGenerate(provider, generateCapabilities, request), ...adjustments]
  const text = textOf(request, target.tags)
  const seed = request.seed ?? seedFromKey(request.idempotencyKey)
  const { tuneId: _, ...further } = options
  const { fields: pictureFields, parts } = picturesOf(request)
  const fields: JsonObject = {
    text,
    // Astria's default is not documented (4 and 8 were seen).
    num_images: request.n,
    seed,
    ...size,
    ...toWire({
      steps: request.steps,
      cfgScale: request.guidanceScale,
      denoisingStrength: request.imageStrength,
      callback,
      workspaceId: context.workspaceId,
    }),
    ...toWire(further),
    ...pictureFields,
  }
  const body: RequestBody =
    parts.length === 0
      ? { type: 'json', value: { prompt: fields } }
      : { type: 'multipart', parts: [...formParts('prompt', fields), ...parts] }
  return { tuneId: target.tuneId, text, seed, body, warnings, mock: target.mock }
}
