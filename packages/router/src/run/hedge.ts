import { type JobStatus, LikenessError, type TrailEntry } from '@likeness/core'
import { checkPrice } from '../eligibility.js'
import type { Leaf } from '../strategy/node.js'
import { type AttemptOrder, type AttemptResult, attempt } from './attempt.js'
import type { AnyRequest } from './jobs.js'
import type { RequestRun } from './request-run.js'

/** Where a second job would go. */
export interface HedgeTarget<Request> {
  readonly leaf: Leaf
  readonly request: Request
}

type Failed<Status> = Extract<AttemptResult<Status>, { readonly type: 'failed' }>

/** How a job, and perhaps a second one beside it, ended. */
export interface Raced<Status> {
  readonly winner: Extract<AttemptResult<Status>, { readonly type: 'succeeded' }> | undefined
  /** In the order they were started. Those that were beaten are not among them. */
  readonly failures: readonly Failed<Status>[]
}

function outcomeOf<Status>(results: readonly AttemptResult<Status>[]): Raced<Status> {
  return {
    winner: results.find((result) => result.type === 'succeeded'),
    failures: results.filter((result) => result.type === 'failed'),
  }
}

function delayOf(run: RequestRun, leaf: Leaf): number | undefined {
  const after = run.env.hedge?.after ?? 'p95'
  return after === 'p95' ? run.env.latencies.percentile(leaf.name, 0.95) : after
}

/**
 * One job; and a second one where a hedge is set, the first is slow, and the caps allow. The first success wins, the
 * other is stopped where the vendor can.
 */
export async function race<Request extends AnyRequest, Status extends JobStatus>(
  run: RequestRun,
  order: AttemptOrder<Request, Status>,
  second: () => HedgeTarget<Request> | undefined,
): Promise<Raced<Status>> {
  const { env } = run
  const delay = env.hedge === undefined ? undefined : delayOf(run, order.leaf)
  if (delay === undefined) return outcomeOf([await attempt(run, order)])

  const timer = new AbortController()
  const firstLost = new AbortController()
  const secondLost = new AbortController()
  let secondAccepted = false
  let accepted: (value: boolean) => void = () => {}
  const acceptance = new Promise<boolean>((resolve) => {
    accepted = resolve
  })
  const first = attempt(run, { ...order, lost: firstLost.signal, onAccepted: () => accepted(true) })
  const firstEnd = first.finally(() => {
    accepted(false)
    timer.abort()
  })

  const about = (leaf: Leaf) =>
    ({ attempt: order.request.idempotencyKey, target: leaf.name, provider: leaf.provider.id, job: run.job }) as const

  function permitted(): HedgeTarget<Request> | undefined {
    const target = second()
    if (target === undefined) return undefined
    const { leaf, request } = target
    try {
      if (!env.quota.allows()) {
        throw new LikenessError({ kind: 'budget-exceeded', message: 'the share of extra jobs is used up' })
      }
      checkPrice(leaf, order.work.at(leaf.provider).jobs.estimate(request)?.maximum, env.hedge?.maximumUSD)
      // Counted at once: what is decided in the meantime must see it.
      env.quota.count('hedge')
      return target
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      run.tell({ type: 'hedge', step: 'refused', ms: delay ?? 0, reason: error.message, ...about(leaf) })
      return undefined
    }
  }

  /** The second job, once it is time for it. */
  async function startSecond(): Promise<
    { readonly leaf: Leaf; readonly result: Promise<AttemptResult<Status>> } | undefined
  > {
    if (!(await acceptance)) return undefined
    try {
      await env.clock.sleep(delay ?? 0, timer.signal)
    } catch {
      return undefined
    }
    const target = timer.signal.aborted ? undefined : permitted()
    if (target === undefined) return undefined
    run.tell({ type: 'hedge', step: 'started', ms: delay ?? 0, ...about(target.leaf) })
    const role: TrailEntry['role'] = 'hedge'
    const result = attempt(run, {
      ...order,
      ...target,
      role,
      lost: secondLost.signal,
      onAccepted: () => {
        secondAccepted = true
      },
    })
    return { leaf: target.leaf, result }
  }

  const starting = startSecond()
  const early = await Promise.race([firstEnd, starting])
  if (early !== undefined && 'type' in early && early.type === 'failed') {
    const late = await starting
    return outcomeOf(late === undefined ? [early] : [early, await late.result])
  }
  const hedge = await starting
  if (hedge === undefined) return outcomeOf([await firstEnd])
  const ended = await Promise.race([
    firstEnd.then((result) => ['first', result] as const),
    hedge.result.then((result) => ['second', result] as const),
  ])
  const [who, result] = ended
  const won = (leaf: Leaf, step: 'won' | 'lost') =>
    run.tell({ type: 'hedge', step, ms: env.clock.now() - run.startedAt, ...about(leaf) })
  if (result.type === 'failed') {
    const other = await (who === 'first' ? hedge.result : firstEnd)
    return outcomeOf(who === 'first' ? [result, other] : [other, result])
  }
  if (who === 'second') {
    won(hedge.leaf, 'won')
    firstLost.abort()
    await firstEnd
    return { winner: result, failures: [] }
  }
  won(hedge.leaf, 'lost')
  secondLost.abort()
  // One whose submit has no answer yet is not waited for: its own end settles it.
  if (secondAccepted) await hedge.result
  else hedge.result.catch((error: unknown) => process.emitWarning(String(error)))
  return { winner: result, failures: [] }
}
