import { type JobHandle, LikenessError } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { RequestRun } from './request-run.js'

/** The longest that any adapter waits for a job, in milliseconds. */
const LONGEST_JOB_MS = 4 * 3_600_000

function least(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known))
}

/** What is left for work at a target, in milliseconds from now. */
export function timeLeft({ deadline, env }: Pick<RequestRun, 'deadline' | 'env'>, leaf: Leaf): number | undefined {
  return least(deadline === undefined ? undefined : deadline - env.clock.now(), leaf.target.timeoutMs)
}

/** How long to stay with a job, in milliseconds from its start. */
export function timeoutOf(
  { deadline }: Pick<RequestRun, 'deadline'>,
  leaf: Leaf,
  handle: JobHandle,
): number | undefined {
  return least(deadline === undefined ? undefined : deadline - Date.parse(handle.startedAt), leaf.target.timeoutMs)
}

/** What a job may take beside the waiting that its timeout counts: uploads before it is accepted, canceling after. */
const MARGIN_MS = 10 * 60_000

/** A permit is kept as long as anybody can be waiting for the job. */
export function leaseOf(run: Pick<RequestRun, 'deadline' | 'env'>, leaf: Leaf): number {
  return (timeLeft(run, leaf) ?? LONGEST_JOB_MS) + MARGIN_MS
}

/** Fires when one of them does. */
export function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

/** That the caller's deadline has passed, before anything else was sent. */
export function outOfTime({ env, startedAt }: Pick<RequestRun, 'env' | 'startedAt'>): LikenessError {
  const seconds = Math.round((env.clock.now() - startedAt) / 1000)
  const message = `The time for the whole request was over after ${seconds} s.`
  return new LikenessError({ kind: 'timeout', message, provider: env.id, retry: 'later' })
}
