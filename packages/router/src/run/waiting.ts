import type { JobKind } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { RequestRun } from './request-run.js'

/** Tells of a wait that may be long, such as that for the next minute. What refuses at once is no wait. */
export function tellWaiting(
  run: RequestRun,
  { provider, limits }: Leaf,
  about: { readonly attempt: string; readonly target: string; readonly provider: string; readonly job: JobKind },
): void {
  if (!run.env.emitter.listened) return
  const obstacle = run.env.limiter.obstacle(provider.id, limits)
  if (obstacle === undefined || obstacle.limit === 'breaker') return
  const { limit, until } = obstacle
  run.tell({ type: 'attempt.waiting', ...about, limit, until })
}
