import { addModel, type GenerateRequest, type LikenessError, type Portfolio } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { RequestRun } from './request-run.js'

/** Whether a target lacks nothing but a model. */
export function lacksModel(
  error: LikenessError,
  request: GenerateRequest,
): request is GenerateRequest & { portfolio: Portfolio } {
  return request.portfolio !== undefined && (error.kind === 'no-eligible-provider' || error.kind === 'expired')
}

/** The portfolio with a model trained at this target for the purpose; `undefined` where that is not wanted. */
export async function trainFor(run: RequestRun, leaf: Leaf, portfolio: Portfolio): Promise<Portfolio | undefined> {
  const { onDemand } = run.env
  if (onDemand === undefined || leaf.provider.members !== undefined) return undefined
  const plan = await onDemand.plan(leaf.provider, portfolio)
  if (plan === undefined) return undefined
  const minutes = plan.expectedMs === undefined ? 'a while' : `about ${Math.ceil(plan.expectedMs / 60_000)} min`
  run.warnings.push({
    type: 'notice',
    provider: leaf.provider.id,
    parameter: 'portfolio',
    message: `The subject was trained at ${leaf.name} first, which takes ${minutes}.`,
  })
  const model = await onDemand.train(leaf.provider, portfolio, { abortSignal: run.context.abortSignal })
  return addModel(portfolio, model)
}
