import { type AppliedModel, LikenessError } from '@likeness/core'
import type { SegmindConfig } from '../settings.js'
import type { InferenceEndpointName } from './inference-endpoints.js'
import { type SegmindBaseModel, trainings } from './trainings.js'

/**
 * The kind of training for a base model: the option, else the provider's own kind where it fits, else the first that
 * trains on this base.
 *
 * @throws LikenessError `unsupported` for an unknown base
 */
export function chooseTraining(
  base: string | undefined,
  given: SegmindBaseModel | undefined,
  { id, baseModel }: Pick<SegmindConfig, 'id' | 'baseModel'>,
): SegmindBaseModel {
  const preferred = given ?? baseModel
  if (base === undefined || trainings[preferred].base === base) return preferred
  const names = Object.keys(trainings) as SegmindBaseModel[]
  const found = given === undefined ? names.find((name) => trainings[name].base === base) : undefined
  if (found !== undefined) return found
  const allowed = given ? [trainings[given].base] : [...new Set(names.map((name) => trainings[name].base))]
  throw new LikenessError({
    kind: 'unsupported',
    message: `${given ?? id} does not train on ${JSON.stringify(base)}.`,
    provider: id,
    fields: [{ field: 'base', message: `must be one of ${allowed.join(', ')}` }],
  })
}

/** An error about one field, raised before anything is sent. */
export function refusal(
  kind: 'invalid-request' | 'unsupported',
  provider: string,
  field: string,
  message: string,
  hint: string,
) {
  return new LikenessError({ kind, message, provider, fields: [{ field, message }], hint })
}

function trainingOf({ model }: AppliedModel, provider: string): SegmindBaseModel {
  const names = Object.keys(trainings) as SegmindBaseModel[]
  const found =
    names.find((name) => name === model.data?.baseModel) ?? names.find((name) => trainings[name].base === model.base)
  if (found !== undefined) return found
  throw refusal(
    'unsupported',
    provider,
    'portfolio.models.0.base',
    `${provider} does not know how to call a model of base ${JSON.stringify(model.base)}`,
    `Known bases are ${[...new Set(names.map((name) => trainings[name].base))].join(', ')}.`,
  )
}

/** The one model to apply; Segmind's endpoints take one. */
function appliedModel(models: readonly AppliedModel[], provider: string): AppliedModel | undefined {
  const foreign = models.findIndex(({ model }) => model.provider !== provider)
  if (foreign >= 0) {
    const field = `portfolio.models.${foreign}`
    const message = `${provider} uses its own models only, and model ${foreign} is of ${models[foreign]?.model.provider}`
    throw refusal('unsupported', provider, field, message, 'Train the subject at this provider first.')
  }
  if (models.length > 1) {
    const message = `${provider} applies one model in a picture, and ${models.length} were given`
    throw refusal(
      'unsupported',
      provider,
      'portfolio',
      message,
      'Give one model, or use a provider that combines them.',
    )
  }
  return models[0]
}

/** Which endpoint serves a request. */
export function chooseEndpoint(
  models: readonly AppliedModel[],
  useModelSlug: boolean | undefined,
  { id, baseModel }: Pick<SegmindConfig, 'id' | 'baseModel'>,
): InferenceEndpointName {
  const applied = appliedModel(models, id)
  if (applied === undefined) return trainings[baseModel].baseInference
  const { inference } = trainings[trainingOf(applied, id)]
  return useModelSlug && inference === 'flux-dev-finetuned' ? 'lora-by-slug' : inference
}
