import { type JobStatus, LikenessError, type TrailEntry } from '@likeness/core'
import { checkPrice } from '../eligibility.js'
import type { Leaf } from '../strategy/node.js'
import { attempt } from './attempt.js'
import { type AttemptOrder, type AttemptResult, attemptName } from './attempt-types.js'
import { asUnsent } from './endings.js'
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
  /** One that is being submitted when it is beaten is not waited for: its own end settles it. */
  let submitting = false
  let accepted: (value: boolean) => void = () => {}
  const acceptance = new Promise<boolean>((resolve) => {
    accepted = resolve
  })
  const first = attempt(run, { ...order, lost: firstLost.signal, onAccepted: () => accepted(true) })
  const firstEnd = first.finally(() => {
    accepted(false)
    timer.abort()
  })

  const about = ({ leaf, request }: HedgeTarget<Request>) =>
    ({
      attempt: attemptName(leaf, request),
      target: leaf.name,
      provider: leaf.provider.id,
      job: run.job,
    }) as const

  /** Whatever goes wrong with a second job, the first one goes on. */
  function permitted(): HedgeTarget<Request> | undefined {
    let target: HedgeTarget<Request> | undefined
    try {
      target = second()
      if (target === undefined) return undefined
      const { leaf, request } = target
      if (!env.quota.allows()) {
        throw new LikenessError({ kind: 'budget-exceeded', message: 'the share of extra jobs is used up' })
      }
      checkPrice(leaf, order.work.at(leaf.provider).jobs.estimate(request)?.maximum, env.hedge?.maximumUSD)
      // Counted at once: what is decided in the meantime must see it.
      env.quota.count('hedge')
      return target
    } catch (thrown) {
      const { message } = asUnsent(thrown, target?.leaf.provider.id ?? env.id)
      run.tell({ type: 'hedge', step: 'refused', ms: delay ?? 0, reason: message, ...about(target ?? order) })
      return undefined
    }
  }

  /** The second job, once it is time for it. */
  async function startSecond(): Promise<
    { readonly target: HedgeTarget<Request>; readonly result: Promise<AttemptResult<Status>> } | undefined
  > {
    if (!(await acceptance)) return undefined
    try {
      await env.clock.sleep(delay ?? 0, timer.signal)
    } catch {
      return undefined
    }
    const target = timer.signal.aborted ? undefined : permitted()
    if (target === undefined) return undefined
    run.tell({ type: 'hedge', step: 'started', ms: delay ?? 0, ...about(target) })
    const role: TrailEntry['role'] = 'hedge'
    const result = attempt(run, {
      ...order,
      ...target,
      role,
      lost: secondLost.signal,
      onSending: () => {
        submitting = true
      },
      onAccepted: () => {
        submitting = false
      },
    })
    return { target, result }
  }

  // Comes to nothing as soon as the first one has ended.
  const hedge = await startSecond()
  if (hedge === undefined) return outcomeOf([await firstEnd])
  const tellEnd = (step: 'won' | 'lost') =>
    run.tell({ type: 'hedge', step, ms: env.clock.now() - run.startedAt, ...about(hedge.target) })
  const [who, result] = await Promise.race([
    firstEnd.then((one) => ['first', one] as const),
    hedge.result.then((one) => ['second', one] as const),
  ])
  if (result.type === 'failed') {
    const other = await (who === 'first' ? hedge.result : firstEnd)
    const results = who === 'first' ? [result, other] : [other, result]
    tellEnd(results[1]?.type === 'succeeded' ? 'won' : 'lost')
    return outcomeOf(results)
  }
  if (who === 'second') {
    tellEnd('won')
    firstLost.abort()
    await firstEnd
  } else {
    tellEnd('lost')
    secondLost.abort()
    if (!submitting) await hedge.result
  }
  return { winner: result, failures: [] }
}
