import {
  type AppliedModel,
  fitSize,
  formatSize,
  type GenerateCapabilities,
  type GenerateRequest,
  type JsonObject,
  namesSubject,
  nearestAspectRatio,
  parseAspectRatio,
  parseSize,
  renderPrompt,
  type SizeRules,
  sizeForAspectRatio,
  unsupportedInGenerate,
  type Warning,
} from '@likeness/core'
import { capabilitiesFor, inferenceParameters } from './capabilities.js'
import { chooseEndpoint, refusal } from './facts/choose.js'
import { type InferenceEndpointName, type InferenceFacts, inferenceEndpoints } from './facts/inference-endpoints.js'
import { checkRanges } from './facts/range.js'
import { defaultTrigger } from './facts/trainings.js'
import { type SegmindGenerateOptions, wireOptions } from './options.js'
import type { SegmindConfig } from './settings.js'

/** A checked request. */
export interface PlannedGeneration {
  readonly endpoint: InferenceEndpointName
  /** `undefined` where the model has its own and it must be read from the vendor first. */
  readonly slug: string | undefined
  readonly warnings: readonly Warning[]
  readonly body: JsonObject
}

function adjusted(request: GenerateRequest, provider: string, parameter: string, given: string, used: string): Warning {
  const message = `${provider} cannot make ${parameter} ${given}; ${used} is the nearest.`
  if (request.onUnsupported === 'error') {
    throw refusal('unsupported', provider, parameter, message, `Ask for ${used}, or set onUnsupported: 'warn'.`)
  }
  return { type: 'adjusted', provider, parameter, message, given, used }
}

/** Sides come in steps of 32 pixels, so that a shape is met this closely and not better. */
const shapeTolerance = 0.01

function pixelSize(request: GenerateRequest, rules: SizeRules, provider: string): [JsonObject, Warning[]] {
  if (request.size !== undefined) {
    const size = fitSize(parseSize(request.size), rules)
    const used = formatSize(size)
    return [{ ...size }, used === request.size ? [] : [adjusted(request, provider, 'size', request.size, used)]]
  }
  if (request.aspectRatio === undefined) return [{}, []]
  const ratio = parseAspectRatio(request.aspectRatio)
  // Long shapes get fewer pixels rather than another shape.
  const area = Math.min(1024 * 1024, rules.maximum ** 2 / Math.max(ratio, 1 / ratio))
  const size = sizeForAspectRatio(request.aspectRatio, rules, area)
  const met = Math.abs(size.width / size.height / ratio - 1) <= shapeTolerance
  return [{ ...size }, met ? [] : [adjusted(request, provider, 'aspectRatio', request.aspectRatio, formatSize(size))]]
}

function shape(request: GenerateRequest, ratios: readonly string[], provider: string): [JsonObject, Warning[]] {
  const parameter = request.size === undefined ? 'aspectRatio' : 'size'
  const given = request[parameter]
  if (given === undefined) return [{}, []]
  const { width, height } = parameter === 'size' ? parseSize(given) : { width: parseAspectRatio(given), height: 1 }
  const used = nearestAspectRatio(width / height, ratios)
  // A size is met in shape only: the endpoint chooses the pixels.
  const met = parameter === 'aspectRatio' && used !== undefined && parseAspectRatio(used) === width
  return [
    { aspect_ratio: used },
    met || used === undefined ? [] : [adjusted(request, provider, parameter, given, used)],
  ]
}

function outputFormat(
  request: GenerateRequest,
  { formats, fields, jpeg }: InferenceFacts,
  provider: string,
): [JsonObject, Warning[]] {
  const { format } = request
  const field = fields.format
  if (format === undefined || field === undefined) return [{}, []]
  if (formats.includes(format)) return [{ [field]: format === 'jpeg' ? jpeg : format }, []]
  const message = `${provider} has no ${format} here; it was not sent.`
  if (request.onUnsupported === 'error') {
    throw refusal('unsupported', provider, 'format', message, `Choose ${formats.join(' or ')}.`)
  }
  return [{}, [{ type: 'unsupported', provider, parameter: 'format', message }]]
}

function renderedPrompt({ prompt }: GenerateRequest, applied: AppliedModel | undefined, provider: string): string {
  if (applied !== undefined) return renderPrompt(prompt, applied.model.trigger ?? defaultTrigger)
  if (!namesSubject(prompt)) return prompt
  const message = 'the prompt names {subject}, and no model was given'
  throw refusal('invalid-request', provider, 'prompt', message, 'Give a portfolio, or write what to show.')
}

/** Without a model, no more is taken than capabilities declare: they tell of models, and callers rely on them. */
function declaredFacts(endpoint: InferenceEndpointName, declared: GenerateCapabilities): InferenceFacts {
  const facts = inferenceEndpoints[endpoint]
  const fields = Object.entries(facts.fields).filter(([name]) => declared.parameters[name as keyof typeof facts.fields])
  const formats = facts.formats.filter((format) => declared.formats.includes(format))
  return { ...facts, fields: Object.fromEntries(fields), formats }
}

/**
 * Checks a request and writes its body (documents: see `facts/inference-endpoints.ts`).
 *
 * @throws LikenessError `invalid-request` or `unsupported`, before anything is sent
 */
export function planGeneration(
  request: GenerateRequest,
  options: SegmindGenerateOptions,
  config: Pick<SegmindConfig, 'id' | 'baseModel'>,
): PlannedGeneration {
  const { id } = config
  const endpoint = chooseEndpoint(request.models, options.useModelSlug, config)
  const { generate } = capabilitiesFor(config.baseModel)
  if (generate === undefined) throw new TypeError('no generate capabilities')
  const facts = request.models.length > 0 ? inferenceEndpoints[endpoint] : declaredFacts(endpoint, generate)
  if (request.n > generate.maximumImages) {
    throw refusal(
      'unsupported',
      id,
      'n',
      `${id} makes one picture per request, and n is ${request.n}`,
      'Send n requests.',
    )
  }
  const applied = request.models[0]
  const neutral = { ...request, strength: applied?.strength ?? request.strength }
  const warnings = unsupportedInGenerate(id, { ...generate, parameters: inferenceParameters(facts) }, neutral)
  checkRanges(neutral, facts.limits, endpoint, id)
  const [size, sizeWarnings] =
    facts.size.kind === 'pixels' ? pixelSize(request, facts.size, id) : shape(request, facts.size.ratios, id)
  const [format, formatWarnings] = outputFormat(request, facts, id)
  const { steps, guidanceScale, strength } = facts.fields
  const body: JsonObject = {
    prompt: renderedPrompt(request, applied, id),
    ...(endpoint === 'flux-dev-finetuned' && applied && { finetune_id: applied.model.id }),
    ...(steps && neutral.steps !== undefined && { [steps]: neutral.steps }),
    ...(guidanceScale && neutral.guidanceScale !== undefined && { [guidanceScale]: neutral.guidanceScale }),
    ...(strength && neutral.strength !== undefined && { [strength]: neutral.strength }),
    ...seed(request, facts),
    ...size,
    ...format,
    ...(wireOptions(options, facts.options, ['inference', 'useModelSlug'], endpoint, id) as JsonObject),
  }
  const own = applied?.model.data?.slug
  const slug = facts.slug ?? (typeof own === 'string' && own !== '' ? own : undefined)
  return { endpoint, slug, warnings: [...warnings, ...sizeWarnings, ...formatWarnings], body }
}

function seed({ seed }: GenerateRequest, { seedRequired }: InferenceFacts): JsonObject {
  if (seed !== undefined) return { seed }
  // Required by flux-dev-finetuned; -1 asks for a random one.
  return seedRequired ? { seed: -1 } : {}
}
