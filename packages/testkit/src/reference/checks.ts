import {
  type Capabilities,
  type FineTuneRequest,
  fitSize,
  formatSize,
  type GenerateRequest,
  LikenessError,
  namesSubject,
  nearestAspectRatio,
  parseAspectRatio,
  parseSize,
  sizeForAspectRatio,
  unsupportedInFineTune,
  unsupportedInGenerate,
  type Warning,
} from '@likeness/core'

/** A request checked offline: what will be warned about, and what will be sent. */
export interface Checked<Body> {
  readonly warnings: readonly Warning[]
  readonly body: Body
}

function invalid(provider: string, field: string, message: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${field}: ${message}.`,
    provider,
    fields: [{ field, message }],
    hint: 'Nothing was sent.',
  })
}

const options = ['priority']

function checkOptions(
  provider: string,
  request: Pick<FineTuneRequest, 'providerOptions'>,
): Readonly<Record<string, unknown>> {
  const given = request.providerOptions?.[provider] ?? {}
  const unknown = Object.keys(given).find((name) => !options.includes(name))
  if (unknown !== undefined)
    throw invalid(
      provider,
      `providerOptions.${provider}.${unknown}`,
      `unknown option; allowed are ${options.join(', ')}`,
    )
  return given
}

const only = (supported: boolean, fields: Readonly<Record<string, unknown>>) => (supported ? fields : {})

/** @throws LikenessError `invalid-request` or `unsupported` */
export function checkFineTune(
  provider: string,
  declared: NonNullable<Capabilities['fineTune']>,
  request: FineTuneRequest,
): Checked<Readonly<Record<string, unknown>>> {
  const { parameters, className, bases, images } = declared
  const given = checkOptions(provider, request)
  if (className !== undefined && !new RegExp(className.pattern).test(request.subject.className))
    throw invalid(provider, 'subject.className', `must be ${className.description}`)
  if (request.images.length < images.minimum)
    throw invalid(provider, 'images', `${request.images.length} given, at least ${images.minimum} are needed`)
  if (request.base !== undefined && !bases.includes(request.base))
    throw invalid(provider, 'base', `must be ${bases.join(' or ')}, not ${request.base}`)
  const warnings = unsupportedInFineTune(provider, declared, request)
  const body = {
    key: request.idempotencyKey,
    class_name: request.subject.className,
    mock: request.mode === 'mock' ? true : undefined,
    ...given,
    ...only(parameters.base, { base: request.base }),
    ...only(parameters.trigger, { trigger: request.trigger }),
    ...only(parameters.steps, { steps: request.steps }),
    ...only(parameters.learningRate, { learning_rate: request.learningRate }),
    ...only(parameters.rank, { rank: request.rank }),
    ...only(parameters.captions, { captions: request.images.map(({ caption }) => caption) }),
  }
  return { warnings, body }
}

type SizeFields = { width?: number; height?: number; aspect_ratio?: string }

/** The size to ask for, and a warning where it is not the one that was given. */
function chooseSize(
  provider: string,
  { size: support, parameters }: NonNullable<Capabilities['generate']>,
  { size, aspectRatio, onUnsupported }: GenerateRequest,
): Checked<SizeFields> {
  const given = (parameters.size ? size : undefined) ?? (parameters.aspectRatio ? aspectRatio : undefined)
  if (given === undefined) return { warnings: [], body: {} }
  const asked = given === size ? parseSize(given) : undefined
  const adjusted = (used: string): Warning[] => {
    const parameter = given === size ? 'size' : 'aspectRatio'
    const message = `${provider} makes ${used} of ${parameter} ${given}.`
    if (onUnsupported === 'error')
      throw new LikenessError({ kind: 'unsupported', message, provider, fields: [{ field: parameter, message }] })
    return [{ type: 'adjusted', provider, parameter, message, given, used }]
  }
  if (support.kind === 'pixels') {
    const used = asked === undefined ? sizeForAspectRatio(given, support) : fitSize(asked, support)
    const same = asked === undefined || formatSize(used) === given
    return { warnings: same ? [] : adjusted(formatSize(used)), body: used }
  }
  const used = nearestAspectRatio(
    asked === undefined ? parseAspectRatio(given) : asked.width / asked.height,
    support.ratios,
  )
  return {
    warnings: used === given || used === undefined ? [] : adjusted(used),
    body: used === undefined ? {} : { aspect_ratio: used },
  }
}

/** @throws LikenessError `invalid-request` or `unsupported` */
export function checkGenerate(
  provider: string,
  declared: NonNullable<Capabilities['generate']>,
  request: GenerateRequest,
): Checked<Readonly<Record<string, unknown>>> {
  const { parameters, maximumImages, loads, formats } = declared
  const options = checkOptions(provider, request)
  if (request.n > maximumImages) throw invalid(provider, 'n', `${request.n} given, at most ${maximumImages} are made`)
  if (namesSubject(request.prompt) && request.models.length === 0)
    throw invalid(provider, 'prompt', 'says {subject}, but there is no model')
  const models = request.models.map(({ model, strength }) => {
    const loadable = loads.some(({ base, format }) => base === model.weights?.base && format === model.weights.format)
    if (model.provider !== provider && !loadable)
      throw new LikenessError({
        kind: 'unsupported',
        message: `${provider} cannot use a model of ${model.provider}.`,
        provider,
      })
    const known = model.provider === provider && model.data?.adoptedFrom !== 'url'
    const named = known ? { id: model.id } : { weights_url: model.weights?.url }
    return { ...named, ...only(parameters.strength, { strength }) }
  })
  const size = chooseSize(provider, declared, request)
  const { format } = request
  if (format !== undefined && parameters.format && !formats.includes(format))
    throw invalid(provider, 'format', `must be ${formats.join(' or ')}, not ${format}`)
  const body = {
    key: request.idempotencyKey,
    n: request.n,
    ...(models.length === 0 ? {} : { models }),
    ...options,
    ...size.body,
    ...only(parameters.seed, { seed: request.seed }),
    ...only(parameters.negativePrompt, { negative_prompt: request.negativePrompt }),
    ...only(parameters.steps, { steps: request.steps }),
    ...only(parameters.guidanceScale, { guidance: request.guidanceScale }),
    ...only(parameters.format, { format }),
    ...only(parameters.imageStrength, { image_strength: request.imageStrength }),
  }
  return { warnings: [...unsupportedInGenerate(provider, declared, request), ...size.warnings], body }
}
