import {
  addModel,
  type FineTunedModel,
  formatUSD,
  type GenerateRequest,
  LikenessError,
  type Portfolio,
} from '@likeness/core'
import { refusal } from '../limits/obstacles.js'
import type { Leaf } from '../strategy/node.js'
import type { OnDemandModels, OnDemandPlan } from '../types.js'
import type { RequestRun } from './request-run.js'
import { anyOf, outOfTime } from './time.js'

/** Whether a target lacks nothing but a model. One that is pinned to a model would not use another one. */
export function lacksModel(
  { target, provider }: Leaf,
  error: unknown,
  request: GenerateRequest,
): request is GenerateRequest & { portfolio: Portfolio } {
  if (request.portfolio === undefined || target.model !== undefined || provider.members !== undefined) return false
  return LikenessError.is(error) && (error.kind === 'no-eligible-provider' || error.kind === 'expired')
}

function describe({ expectedMs, estimate }: OnDemandPlan): string {
  const minutes = expectedMs === undefined ? 'a while' : `about ${Math.ceil(expectedMs / 60_000)} min`
  return estimate === undefined ? `takes ${minutes}` : `takes ${minutes} and costs up to ${formatUSD(estimate.maximum)}`
}

/** Trains, and waits for it no longer than the request may take. What was paid for goes on, for the next request. */
async function trainInTime(
  { env, context, deadline, startedAt }: RequestRun,
  onDemand: OnDemandModels,
  leaf: Leaf,
  portfolio: Portfolio,
): Promise<FineTunedModel> {
  const { abortSignal } = context
  if (deadline === undefined) return onDemand.train(leaf.provider, portfolio, { abortSignal })
  const over = new AbortController()
  const done = new AbortController()
  env.clock.sleep(Math.max(0, deadline - env.clock.now()), done.signal).then(
    () => over.abort(),
    () => {},
  )
  try {
    return await onDemand.train(leaf.provider, portfolio, { abortSignal: anyOf(abortSignal, over.signal) })
  } catch (error) {
    if (!over.signal.aborted || abortSignal?.aborted || !LikenessError.is(error)) throw error
    throw outOfTime({ env, startedAt }).with({ billed: error.billed, handle: error.handle, cause: error })
  } finally {
    done.abort()
  }
}

/** The portfolio with a model trained at this target, where that is all it lacks and is wanted; else `undefined`. */
export async function trainFor(
  run: RequestRun,
  leaf: Leaf,
  request: GenerateRequest,
  lack: unknown,
): Promise<Portfolio | undefined> {
  const { onDemand } = run.env
  if (onDemand === undefined || !lacksModel(leaf, lack, request)) return undefined
  const { portfolio } = request
  const obstacle = run.env.limiter.obstacle(leaf.provider.id, leaf.limits)
  // The model would be of no use now.
  if (obstacle?.limit === 'breaker') throw refusal(leaf.provider.id, obstacle, 0)
  const plan = await onDemand.plan(leaf.provider, portfolio)
  if (plan === undefined) return undefined
  run.warnings.push({
    type: 'notice',
    provider: leaf.provider.id,
    parameter: 'portfolio',
    message: `The subject was trained at ${leaf.name} first, which ${describe(plan)}.`,
  })
  return addModel(portfolio, await trainInTime(run, onDemand, leaf, portfolio))
}
