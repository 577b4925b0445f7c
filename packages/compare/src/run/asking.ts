import {
  type Clock,
  type FineTunedModel,
  type JobHandle,
  LikenessError,
  type Provider,
  type StartedJob,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import { generationAt, modelsFor, prepareFineTune, prepareGenerate, trainingAt } from '@likeness/core/runtime'
import { fineTuneInput, generateInput, portfolioFor } from '../plan/requests.js'
import type { ComparisonPlan } from '../plan/schema.js'
import type { PlannedPicture, PlannedTraining } from '../plan/work.js'

/** One paid request of a plan, ready to be sent or asked about. */
export interface PaidRequest {
  start(idempotencyKey: string): Promise<StartedJob>
  /**
   * Asks the vendor for the job of a request that got no answer; absent where it cannot be asked.
   *
   * @param since - milliseconds since the epoch: when it was sent
   */
  readonly find: ((idempotencyKey: string, since: number) => Promise<JobHandle | undefined>) | undefined
}

/** How requests are sent. */
interface Means {
  readonly clock: Clock
  readonly abortSignal: AbortSignal
}

export function trainingRequest(
  plan: ComparisonPlan,
  training: PlannedTraining,
  provider: Provider,
  { clock, abortSignal }: Means,
): PaidRequest {
  const input = fineTuneInput(plan, training)
  const { fineTune, capabilities } = trainingAt(provider)
  const find = async (idempotencyKey: string, since: number) => {
    const { request, close } = await prepareFineTune({ ...input, idempotencyKey }, { abortSignal })
    try {
      return await fineTune.find(request, { since, abortSignal })
    } finally {
      await close()
    }
  }
  return {
    start: (idempotencyKey) => startFineTune({ provider, clock, abortSignal, ...input, idempotencyKey }),
    find: capabilities.find ? find : undefined,
  }
}

/** @param model - what its training came to */
export function pictureRequest(
  plan: ComparisonPlan,
  picture: PlannedPicture,
  provider: Provider,
  { clock, abortSignal, model }: Means & { readonly model: FineTunedModel | undefined },
): PaidRequest {
  const input = generateInput(plan, picture)
  const portfolio = portfolioFor(plan, picture, model)
  if (portfolio === undefined) {
    // Never the base model instead of the subject.
    throw new LikenessError({ kind: 'no-eligible-provider', message: `There is no model for ${picture.key}.` })
  }
  const { generate, capabilities } = generationAt(provider)
  const find = async (idempotencyKey: string, since: number) => {
    const subject = modelsFor(portfolio, provider, input.strength, clock.now())
    const { request, close } = await prepareGenerate({ ...input, idempotencyKey }, subject, { abortSignal })
    try {
      return await generate.find(request, { since, abortSignal })
    } finally {
      await close()
    }
  }
  return {
    start: (idempotencyKey) => startGenerate({ provider, clock, abortSignal, portfolio, ...input, idempotencyKey }),
    find: capabilities.find ? find : undefined,
  }
}
