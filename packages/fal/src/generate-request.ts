import {
  type AppliedModel,
  fitSize,
  formatSize,
  type GenerateCapabilities,
  type GenerateRequest,
  type JsonObject,
  type JsonValue,
  LikenessError,
  namesSubject,
  parseSize,
  renderPrompt,
  type Size,
  sizeForAspectRatio,
  subjectWords,
  type Warning,
} from '@likeness/core'
import type { GenerateOptions } from './options.js'

/** The base endpoint where neither request, settings nor model name one. */
export const defaultEndpoint = 'fal-ai/flux-lora'

/** fal's named sizes in pixels (https://fal.ai/models/fal-ai/flux-lora/api, 2026). */
const namedSizes: Readonly<Record<string, Size>> = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
}

const defaultSize: Size = { width: 1024, height: 768 }

function refuse(provider: string, field: string, message: string, kind: 'invalid-request' | 'unsupported'): never {
  throw new LikenessError({
    kind,
    message: `${provider}: ${field} ${message}.`,
    provider,
    fields: [{ field, message }],
  })
}

/** What an endpoint id looks like: it becomes part of a path. */
export const endpointPattern = /^[\w-]+(?:\/[\w-][\w.-]*)+$/

/** Where a model of this provider is used, as its training noted; other providers' notes mean other things. */
function endpointOfModel(provider: string, applied: AppliedModel | undefined): string | undefined {
  if (applied?.model.provider !== provider) return undefined
  const endpoint = applied.model.data?.endpoint
  return typeof endpoint === 'string' && endpointPattern.test(endpoint) ? endpoint : undefined
}

/**
 * The endpoint that the request goes to, by what it gives: text alone, `image`, or `image` and `mask`.
 *
 * @param chosen - from `providerOptions`, else the settings
 */
export function endpointOf(
  provider: string,
  request: Pick<GenerateRequest, 'models' | 'image' | 'mask'>,
  chosen: string | undefined,
): string {
  const base = chosen ?? endpointOfModel(provider, request.models[0]) ?? defaultEndpoint
  if (request.mask !== undefined) return `${base}/inpainting`
  return request.image === undefined ? base : `${base}/image-to-image`
}

/** Refuses what the vendor would refuse, or what would lose the subject. */
export function checkGenerate(
  provider: string,
  capabilities: GenerateCapabilities,
  request: GenerateRequest,
  options: GenerateOptions,
  path: string,
): void {
  const invalid = (field: string, message: string): never => refuse(provider, field, message, 'invalid-request')
  if (namesSubject(request.prompt) && request.models.length === 0) {
    invalid('prompt', 'says {subject}, but no trained model was given')
  }
  if (request.n > capabilities.maximumImages) invalid('n', `is ${request.n}; at most ${capabilities.maximumImages}`)
  if (request.steps !== undefined && request.steps > 50) invalid('steps', `is ${request.steps}; allowed are 1 to 50`)
  if (request.guidanceScale !== undefined && request.guidanceScale > 35) {
    invalid('guidanceScale', `is ${request.guidanceScale}; allowed are 0 to 35`)
  }
  if (request.mask !== undefined && request.image === undefined) invalid('mask', 'needs `image`')
  if (request.imageStrength !== undefined && request.image === undefined) invalid('imageStrength', 'needs `image`')
  if (options.imageSize !== undefined && (request.size !== undefined || request.aspectRatio !== undefined)) {
    invalid(`${path}.imageSize`, 'cannot be given together with `size` or `aspectRatio`')
  }
  for (const { model } of request.models) checkModel(provider, capabilities, model)
}

function checkModel(provider: string, { loads }: GenerateCapabilities, model: AppliedModel['model']): void {
  const name = `model ${model.id} of ${model.provider}`
  const { weights } = model
  if (weights === undefined) {
    refuse(provider, 'portfolio', `holds ${name}, which has no weights`, 'unsupported')
  }
  if (!loads.some(({ base, format }) => base === weights.base && format === weights.format)) {
    refuse(provider, 'portfolio', `holds ${name}: ${weights.format} of ${weights.base} cannot be loaded`, 'unsupported')
  }
  if (!URL.canParse(weights.url) || !/^https?:$/.test(new URL(weights.url).protocol)) {
    refuse(provider, 'portfolio', `holds ${name}, whose weights have no http(s) address`, 'invalid-request')
  }
}

function adjusted(provider: string, request: GenerateRequest, parameter: string, given: string, used: string): Warning {
  const message = `${provider} cannot make ${parameter} ${given}; ${used} was used.`
  if (request.onUnsupported === 'error') {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${provider} cannot make ${parameter} ${given}; the nearest is ${used}.`,
      provider,
      fields: [{ field: parameter, message: `nearest is ${used}` }],
    })
  }
  return { type: 'adjusted', provider, parameter, message, given, used }
}

/** The size that will be asked for; `undefined` leaves it to the vendor. */
function sizeOf(
  request: Pick<GenerateRequest, 'size' | 'aspectRatio'>,
  capabilities: GenerateCapabilities,
): Size | undefined {
  if (capabilities.size.kind !== 'pixels') return undefined
  if (request.size !== undefined) return fitSize(parseSize(request.size), capabilities.size)
  return request.aspectRatio === undefined ? undefined : sizeForAspectRatio(request.aspectRatio, capabilities.size)
}

/** The smallest and largest picture that the request may yield, for its estimate. */
export function possibleSizes(
  request: GenerateRequest,
  capabilities: GenerateCapabilities,
  imageSize: unknown,
): { readonly smallest: Size; readonly largest: Size } {
  const named = typeof imageSize === 'string' ? namedSizes[imageSize] : undefined
  const known = named ?? sizeOf(request, capabilities)
  if (known !== undefined) return { smallest: known, largest: known }
  // Without a size, image-to-image may make the default size or that of its input; no page says which.
  if (request.image === undefined) return { smallest: defaultSize, largest: defaultSize }
  const { width, height } = request.image
  const [smallest, largest] =
    width * height < defaultSize.width * defaultSize.height
      ? [{ width, height }, defaultSize]
      : [defaultSize, { width, height }]
  return { smallest, largest }
}

/**
 * The body that the model gets, but for its input pictures, and what was changed on the way. What the caller left out
 * is left out.
 */
export function generateBody(
  provider: string,
  capabilities: GenerateCapabilities,
  request: GenerateRequest,
  options: GenerateOptions,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings: Warning[] = []
  const body: Record<string, JsonValue> = { prompt: promptOf(request), num_images: request.n }
  const put = (field: string, value: JsonValue | undefined) => {
    if (value !== undefined) body[field] = value
  }
  const size = sizeOf(request, capabilities)
  if (size !== undefined) body.image_size = { width: size.width, height: size.height }
  if (request.size !== undefined && size !== undefined && formatSize(size) !== formatSize(parseSize(request.size))) {
    warnings.push(adjusted(provider, request, 'size', request.size, formatSize(size)))
  }
  put('image_size', options.imageSize)
  put('seed', request.seed)
  put('num_inference_steps', request.steps)
  put('guidance_scale', request.guidanceScale)
  if (request.format !== undefined && capabilities.formats.includes(request.format)) {
    body.output_format = request.format
  } else if (request.format !== undefined) {
    warnings.push(adjusted(provider, request, 'format', request.format, capabilities.formats[0] ?? 'jpeg'))
  }
  put('strength', request.imageStrength)
  const loras = lorasOf(request, options)
  if (loras.length > 0) body.loras = loras
  put('acceleration', options.acceleration)
  put('enable_safety_checker', options.enableSafetyChecker)
  put('sync_mode', options.syncMode)
  return { body, warnings }
}

function promptOf({ prompt, models: [first] }: GenerateRequest): string {
  return first === undefined
    ? prompt
    : renderPrompt(prompt, subjectWords(first.model.trigger, first.model.subject.className))
}

/** One LoRA a model, in order, then those of the options. All of them are merged. */
function lorasOf(request: GenerateRequest, options: GenerateOptions): JsonObject[] {
  const own = request.models.map(({ model, strength = request.strength }) => ({
    path: model.weights?.url,
    ...(strength === undefined ? {} : { scale: strength }),
    ...(options.forceLoras === undefined ? {} : { force: options.forceLoras }),
  }))
  return [...own, ...(options.loras ?? [])]
}
