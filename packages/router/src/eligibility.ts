import {
  createPortfolio,
  type FineTunedModel,
  type FineTuneRequest,
  formatUSD,
  type GenerateRequest,
  LikenessError,
  nanoUSD,
  type Portfolio,
  type Provider,
  preflight,
  selectModel,
} from '@likeness/core'
import { generationAt, isNamed, trainingAt } from '@likeness/core/runtime'
import type { Environment } from './run/environment.js'
import type { Leaf } from './strategy/node.js'

/** What eligibility looks at beside the request. */
type Circumstances = Pick<Environment, 'licences' | 'sources'>

function refuse(leaf: Leaf, kind: LikenessError['kind'], message: string, hint?: string): LikenessError {
  return new LikenessError({
    kind,
    message: `${leaf.name}: ${message}`,
    provider: leaf.provider.id,
    hint,
    retry: 'elsewhere',
  })
}

/** Weights that were trained elsewhere come under a licence of their own. */
function checkLicence(leaf: Leaf, model: FineTunedModel, licences: readonly string[] | undefined): void {
  const licence = model.weights?.licence
  const away = !isNamed(leaf.provider, model.provider)
  if (!away || licences === undefined || licence === undefined || licences.includes(licence)) return
  const message = `the weights of ${model.id} come under ${licence}, which \`licences\` does not allow elsewhere than at ${model.provider}.`
  throw refuse(leaf, 'no-eligible-provider', message)
}

function pinned(leaf: Leaf, portfolio: Portfolio): Portfolio {
  const { model: id } = leaf.target
  if (id === undefined) return portfolio
  const models = portfolio.models.filter((model) => model.id === id)
  if (models.length > 0) return { ...portfolio, models }
  throw refuse(leaf, 'no-eligible-provider', `the portfolio holds no model ${id}, which this target is pinned to.`)
}

/** Weights of a private address count as loadable where who trained them can be asked for one that others can read. */
function withLocatable(portfolio: Portfolio, sources: readonly Provider[]): Portfolio {
  const models = portfolio.models.map((model) => {
    const { weights } = model
    if (weights?.access !== 'vendor' || locatorOf(model, sources) === undefined) return model
    const { access: _, ...rest } = weights
    return { ...model, weights: rest }
  })
  return { ...portfolio, models }
}

/** Who can say where the weights of a model can be read. */
export function locatorOf(model: FineTunedModel, sources: readonly Provider[]) {
  const all = sources.flatMap(function leaves(source): readonly Provider[] {
    return source.members?.flatMap(leaves) ?? [source]
  })
  return all.find(({ id }) => id === model.provider)?.fineTune?.locateWeights
}

/** The subject of a request as this target would apply it. Never nothing in place of something. */
function subjectAt(leaf: Leaf, request: GenerateRequest, { licences, sources }: Circumstances, now: number) {
  const { portfolio, models, strength } = request
  if (portfolio !== undefined) {
    const choice = pinned(leaf, portfolio)
    const chosen = selectModel(withLocatable(choice, sources), leaf.provider, now)
    // As the portfolio has it: its address is looked up when it is needed.
    const model = choice.models.find(({ provider, id }) => provider === chosen.provider && id === chosen.id) ?? chosen
    checkLicence(leaf, model, licences)
    return leaf.provider.members === undefined ? { models: [{ model, strength }] } : { models: [], portfolio: choice }
  }
  for (const { model } of models) {
    selectModel(withLocatable(createPortfolio(model.subject, [model]), sources), leaf.provider, now)
    checkLicence(leaf, model, licences)
  }
  return { models }
}

/**
 * A generation as this target's provider would receive it.
 *
 * @param now - as of when the models must not have expired, in milliseconds since the epoch
 * @throws LikenessError `unsupported`, `no-eligible-provider`, `expired`: why it cannot be made here
 */
export function generationFor(
  leaf: Leaf,
  request: GenerateRequest,
  circumstances: Circumstances,
  now: number,
): GenerateRequest {
  generationAt(leaf.provider)
  const { portfolio: _, ...rest } = request
  return { ...rest, ...subjectAt(leaf, request, circumstances, now) }
}

/**
 * A training as this target's provider would receive it.
 *
 * @throws LikenessError `unsupported`, `invalid-request`: why it cannot be made here
 */
export function trainingFor(leaf: Leaf, request: FineTuneRequest): FineTuneRequest {
  const { capabilities } = trainingAt(leaf.provider)
  if (request.base !== undefined && !capabilities.bases.includes(request.base)) {
    const message = `it trains ${capabilities.bases.join(', ')} (asked for: ${request.base}).`
    throw refuse(leaf, 'unsupported', message)
  }
  const problems = preflight(request.images, capabilities.images).filter(({ severity }) => severity === 'error')
  if (problems.length === 0) return request
  const fields = problems.map(({ image, message }) => ({
    field: image === undefined ? 'images' : `images (${image})`,
    message,
  }))
  throw refuse(
    leaf,
    'invalid-request',
    `it would refuse these images: ${problems.map(({ message }) => message).join('; ')}.`,
  ).with({
    fields,
  })
}

/**
 * Whether the price fits the target's cap.
 *
 * @throws LikenessError `budget-exceeded`
 */
export function checkPrice(leaf: Leaf, upper: number | undefined, capUSD = leaf.target.maximumUSD): void {
  if (capUSD === undefined || (upper !== undefined && upper <= nanoUSD(capUSD))) return
  const cap = `the cap of ${formatUSD(nanoUSD(capUSD))}`
  const message =
    upper === undefined
      ? `its price is not known, and ${cap} needs one.`
      : `it may cost ${formatUSD(upper)}, more than ${cap}.`
  throw refuse(leaf, 'budget-exceeded', message)
}
