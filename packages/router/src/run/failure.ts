import { type Billed, LikenessError, type TrailEntry } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { Environment } from './environment.js'
import { joinHandles, type Part } from './handles.js'
import type { RequestRun } from './request-run.js'
import { costOfTrail } from './trail.js'

/** Why one target brought nothing. */
export interface Failure {
  readonly leaf: Leaf
  readonly error: LikenessError
  /** Whether a paid request was sent, or its sending tried. */
  readonly sent: boolean
}

const forLackOfModel = ['no-eligible-provider', 'expired', 'unsupported']

function billedOf(failures: readonly Failure[]): Billed {
  const all = failures.map(({ error }) => error.billed)
  if (all.includes('yes')) return 'yes'
  return all.includes('maybe') ? 'maybe' : 'no'
}

/** What one target said, told apart from what the next says. */
function sentence(target: string, message: string): string {
  const named = message.startsWith(target) ? message : `${target}: ${message}`
  return /[.!?]$/.test(named) ? named : `${named}.`
}

function merge({ id }: Environment, failures: readonly Failure[], stoppedBy: LikenessError | undefined): LikenessError {
  const [first, ...others] = failures
  if (first === undefined) {
    return new LikenessError({
      kind: 'no-eligible-provider',
      message: 'No condition of the router fits this request, and it has no default.',
      provider: id,
      hint: 'explain(request) tells what each target says.',
    })
  }
  if (others.length === 0) return first.error
  const sent = failures.filter((failure) => failure.sent)
  const nobodyElse = failures.some((failure) => !failure.sent && forLackOfModel.includes(failure.error.kind))
  const [kindOfAll, ...otherKinds] = new Set(failures.map(({ error }) => error.kind))
  const alike = otherKinds.length === 0 ? kindOfAll : undefined
  const kind =
    stoppedBy?.kind ??
    alike ??
    (nobodyElse || sent.length === 0 ? 'no-eligible-provider' : (sent[0] ?? first).error.kind)
  return new LikenessError({
    ...first.error.toJSON(),
    kind,
    causes: failures.map(({ error }) => error),
    message: failures.map(({ leaf, error }) => sentence(leaf.name, error.message)).join(' '),
    provider: id,
    billed: billedOf(failures),
    retry: stoppedBy?.retry ?? (failures.some(({ error }) => error.retry === 'later') ? 'later' : first.error.retry),
    fields: failures.flatMap(({ error }) => error.fields ?? []),
    cause: first.error,
    trail: undefined,
    handle: undefined,
  })
}

/** The one error of a request that brought nothing: every cause, the first one's message first. */
export function failureOf(
  run: RequestRun,
  failures: readonly Failure[],
  stoppedBy: LikenessError | undefined,
  trail: readonly TrailEntry[],
  done: readonly Part[],
): LikenessError {
  const error = merge(run.env, failures, stoppedBy)
  const underWay = [...done, ...run.underWay.values()]
  const [only] = failures
  // The job that failed, so that it can be looked at.
  const failed =
    failures.length === 1 && only?.error.handle ? [{ target: only.leaf.name, handle: only.error.handle }] : []
  const jobs = underWay.length > 0 ? underWay : failed
  const handle = jobs.length > 0 ? joinHandles(run.env.id, run.key, jobs) : undefined
  return error.with({ trail, handle, idempotencyKey: run.key, cost: costOfTrail(trail) })
}
