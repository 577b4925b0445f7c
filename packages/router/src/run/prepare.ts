import { type FineTuneRequest, type GenerateRequest, LikenessError, type Provider } from '@likeness/core'
import { checkPrice, generationFor, locatorOf, trainingFor } from '../eligibility.js'
import type { Leaf } from '../strategy/node.js'
import { chunkRequest } from './chunk-request.js'
import type { Environment } from './environment.js'
import { type AnyRequest, generation, training, type Work } from './jobs.js'
import { chunksOf, createSlots } from './slots.js'

/** Under `onUnsupported: 'error'`: what is refused rather than dropped makes a target ineligible; all else that is wrong shows when it is sent. */
async function checkSupport<Request extends AnyRequest, Status>(
  work: Work<Request, Status>,
  leaf: Leaf,
  request: Request,
): Promise<void> {
  try {
    await work.at(leaf.provider).jobs.validate(request)
  } catch (error) {
    if (!LikenessError.is(error) || error.kind === 'unsupported') throw error
  }
}

/** Most pictures that a target makes in one request. */
export function maximumImagesAt({ provider }: Leaf): number {
  return provider.capabilities.generate?.maximumImages ?? 1
}

/**
 * A training as a target would receive it, within its price cap.
 *
 * @throws LikenessError why the target is not eligible
 */
export async function prepareTraining(leaf: Leaf, request: FineTuneRequest): Promise<FineTuneRequest> {
  const own = trainingFor(leaf, request)
  checkPrice(leaf, training.at(leaf.provider).jobs.estimate(own)?.maximum)
  if (own.onUnsupported === 'error') await checkSupport(training, leaf, own)
  return own
}

function inOneRequest(leaf: Leaf, own: GenerateRequest): GenerateRequest {
  return { ...own, n: Math.min(maximumImagesAt(leaf), own.n) }
}

/** As much of a generation as a target makes in one request. */
export function firstPart(env: Environment, leaf: Leaf, request: GenerateRequest): GenerateRequest {
  return inOneRequest(leaf, generationFor(leaf, request, env, env.clock.now()))
}

/**
 * The requests that one for many pictures becomes at a target.
 *
 * @param now - as of when the models must not have expired, in milliseconds since the epoch
 */
export function splitAt(
  env: Environment,
  leaf: Leaf,
  request: GenerateRequest,
  now: number = env.clock.now(),
): GenerateRequest[] {
  const own = generationFor(leaf, request, env, now)
  const keyFor = (_provider: Provider, base: string) => base
  return chunksOf(createSlots(own.n), maximumImagesAt(leaf)).map((chunk) =>
    chunkRequest({ keyFor }, leaf, own, chunk, own.n),
  )
}

/**
 * A generation as a target would receive it, all of its pictures, each request within its price cap.
 *
 * @throws LikenessError why the target is not eligible
 */
export function pricedGeneration(env: Environment, leaf: Leaf, request: GenerateRequest): GenerateRequest {
  const own = generationFor(leaf, request, env, env.clock.now())
  if (leaf.target.maximumUSD === undefined) return own
  checkPrice(leaf, generation.at(leaf.provider).jobs.estimate(inOneRequest(leaf, own))?.maximum)
  return own
}

/** Models of other vendors with an address of their weights that this target can read. Sends a free request for each. */
async function located(env: Environment, leaf: Leaf, models: GenerateRequest['models']) {
  if (models.every(({ model }) => model.weights?.access !== 'vendor')) return models
  return Promise.all(
    models.map(async (applied) => {
      const { model } = applied
      const locate = locatorOf(model, env.sources)
      if (model.provider === leaf.provider.id || model.weights?.access !== 'vendor' || locate === undefined)
        return applied
      return { ...applied, model: { ...model, weights: await locate(model) } }
    }),
  )
}

/** See {@link pricedGeneration}; and nothing that it would refuse, its weights where it can read them. */
export async function prepareGeneration(
  env: Environment,
  leaf: Leaf,
  request: GenerateRequest,
): Promise<GenerateRequest> {
  const priced = pricedGeneration(env, leaf, request)
  const own = { ...priced, models: await located(env, leaf, priced.models) }
  if (own.onUnsupported === 'error') await checkSupport(generation, leaf, firstPart(env, leaf, own))
  return own
}
