import { LikenessError, type TrailEntry } from '@likeness/core'
import { breakerCode } from '../limits/obstacles.js'
import { actionAfter, fallbackRules, isWorthAnother } from '../rules.js'
import type { Leaf } from '../strategy/node.js'
import { asUnsent } from './endings.js'
import type { Failure } from './failure.js'
import type { RequestRun } from './request-run.js'
import { outOfTime } from './time.js'
import type { Step } from './trail.js'

/** What went wrong at a target. */
export interface Fault {
  readonly error: LikenessError
  readonly sent: boolean
  readonly step: Step
}

/** What came of one visit to a target. */
export interface Visit {
  /** Whether something is still to be made. */
  readonly open: boolean
  readonly faults: readonly Fault[]
}

/** What came of all visits to one target. */
interface Stay extends Visit {
  /** The caller did not want to wait for the next one. */
  readonly aborted?: LikenessError
}

/** What was made on the way is kept by the visits; this tells what went wrong. */
export interface Walk {
  readonly failures: readonly Failure[]
  /** The failure after which no other target was to be tried, for all or for some of what was asked for. */
  readonly stoppedBy: LikenessError | undefined
}

/** What the targets of one request are asked. */
export interface Visitor<Request> {
  /** The request as this target receives it. @throws LikenessError why it is not eligible */
  prepare(leaf: Leaf): Promise<Request>
  visit(leaf: Leaf, request: Request, role: TrailEntry['role']): Promise<Visit>
}

const defaultMaximumWaitMs = 5_000

/** How long the vendor asks to wait before the same again, where that is short enough. */
function shortWait(run: RequestRun, leaf: Leaf, faults: readonly Fault[]): number | undefined {
  const left = run.deadline === undefined ? Number.POSITIVE_INFINITY : run.deadline - run.env.clock.now()
  const cap = Math.min(leaf.target.retry?.maximumWaitMs ?? defaultMaximumWaitMs, left)
  const waits = faults.map(({ error }) =>
    error.kind === 'rate-limited' && error.code !== breakerCode
      ? (error.retryAfterMs ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY,
  )
  const longest = Math.max(...waits)
  return faults.length > 0 && longest <= cap ? longest : undefined
}

/** One target, as often as its retry policy says. */
async function stay<Request>(
  run: RequestRun,
  visitor: Visitor<Request>,
  leaf: Leaf,
  request: Request,
  role: TrailEntry['role'],
): Promise<Stay> {
  const { rules } = run
  const { clock } = run.env
  const { abortSignal } = run.context
  const faults: Fault[] = []
  let left = leaf.target.retry?.attempts ?? 1
  let mayWait = true
  for (let current = role; ; current = 'retry') {
    const visit = await visitor.visit(leaf, request, current)
    faults.push(...visit.faults)
    left -= 1
    const going = visit.faults.filter(({ error }) => actionAfter(rules, error) === 'next')
    const over = !visit.open || abortSignal?.aborted || (run.deadline !== undefined && clock.now() >= run.deadline)
    if (over) return { open: visit.open, faults }
    const wait = shortWait(run, leaf, going)
    if (mayWait && wait !== undefined) {
      mayWait = false
      left += 1
      for (const { step } of going) step.next(`the same again after ${wait} ms, as ${leaf.name} asks`)
      try {
        await clock.sleep(wait, abortSignal)
      } catch (error) {
        if (!abortSignal?.aborted) throw error
        const message = 'Aborted between two attempts.'
        return { open: true, faults, aborted: new LikenessError({ kind: 'aborted', message, cause: error }) }
      }
    } else if (left > 0 && going.every(({ error }) => isWorthAnother(error))) {
      for (const { step, error } of going) step.next(`again at ${leaf.name}: ${error.kind}, attempts left: ${left}`)
    } else return { open: true, faults }
  }
}

/** Tries the targets one after the other until nothing is left to be made, or a rule stops it. */
export async function walk<Request>(
  run: RequestRun,
  leaves: readonly Leaf[],
  visitor: Visitor<Request>,
): Promise<Walk> {
  const { rules } = run
  const { clock } = run.env
  const failures: Failure[] = []
  let last: { readonly leaf: Leaf; readonly faults: readonly Fault[] } | undefined
  let stop: Fault | undefined
  let role: TrailEntry['role'] = 'first'
  for (const leaf of leaves) {
    if (run.deadline !== undefined && clock.now() >= run.deadline) {
      const error = outOfTime(run)
      return { failures: [...failures, { leaf, error, sent: false }], stoppedBy: error }
    }
    let request: Request
    try {
      request = await visitor.prepare(leaf)
    } catch (thrown) {
      const error = asUnsent(thrown, leaf.provider.id)
      run.trail.step({ target: leaf.name, provider: leaf.provider.id, role }).end('skipped', { error })
      failures.push({ leaf, error, sent: false })
      if (stopsBefore(rules, error.kind)) return { failures, stoppedBy: error }
      continue
    }
    if (last !== undefined) announce(run, last.leaf, last.faults, leaf)
    const visit = await stay(run, visitor, leaf, request, role)
    failures.push(...visit.faults.map(({ error, sent }) => ({ leaf, error, sent })))
    if (visit.aborted !== undefined) {
      const { aborted } = visit
      return { failures: [...failures, { leaf, error: aborted, sent: false }], stoppedBy: aborted }
    }
    const stops = visit.faults.filter(({ error }) => actionAfter(rules, error) === 'stop')
    stop = stops.find(({ error }) => error.kind === 'aborted') ?? stop ?? stops.at(-1)
    if (!visit.open) return { failures, stoppedBy: stop?.error }
    if (visit.faults.some(({ sent }) => sent)) role = 'fallback'
    last = { leaf, faults: visit.faults.filter(({ error }) => actionAfter(rules, error) === 'next') }
  }
  return { failures, stoppedBy: stop?.error }
}

/** Whether to stop at a target that cannot be asked. What one refuses of a request, another may well take. */
export function stopsBefore(rules: RequestRun['rules'], kind: LikenessError['kind']): boolean {
  return kind !== 'invalid-request' && rules[kind] === 'stop'
}

function announce(run: RequestRun, from: Leaf, faults: readonly Fault[], to: Leaf): void {
  for (const { step, error } of faults) {
    const { why } = fallbackRules[error.kind]
    step.next(`fallback to ${to.name}: ${error.kind}, ${why}`)
  }
  const [first] = faults
  if (first === undefined) return
  const { kind } = first.error
  run.tell({ type: 'fallback', from: from.name, to: to.name, kind, reason: fallbackRules[kind].why })
}
