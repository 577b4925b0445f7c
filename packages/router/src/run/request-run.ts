import type {
  Attempt,
  Cost,
  ErrorKind,
  JobKind,
  OnUnknown,
  Provider,
  RunContext,
  TrailEntry,
  Warning,
} from '@likeness/core'
import type { RouterEvent } from '../events.js'
import type { Environment } from './environment.js'
import type { Part } from './handles.js'
import type { AnyRequest } from './jobs.js'
import { createTrail, type Trail } from './trail.js'

/** An event without what every event tells. */
type Told<Event> = Event extends RouterEvent ? Omit<Event, 'at' | 'router' | 'request'> : never

/** One request on its way: what happened so far. */
export interface RequestRun {
  readonly env: Environment
  readonly context: RunContext
  readonly job: JobKind
  /** Key of the request that the caller made. */
  readonly key: string
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly startedAt: number
  /** Milliseconds since the epoch, where the whole has a deadline. */
  readonly deadline: number | undefined
  /** The router's rules, with the caller's own word on lost answers. */
  readonly rules: Environment['rules']
  readonly onUnknown: OnUnknown
  readonly trail: Trail
  readonly attempts: Attempt[]
  readonly warnings: Warning[]
  /** Jobs that were accepted and have not ended. */
  readonly underWay: Map<string, Part>
  /** Each paid request to one account has a key of its own; the first has the caller's. */
  keyFor(provider: Provider, base: string): string
  tell(event: Told<RouterEvent>): void
}

/** Ids of the accounts that a provider, or a router's members, stand for. */
function accountsOf({ id, members }: Provider): readonly string[] {
  return members?.flatMap(accountsOf) ?? [id]
}

/** Begins a request. */
export function beginRun(env: Environment, job: JobKind, request: AnyRequest, context: RunContext): RequestRun {
  const startedAt = env.clock.now()
  const onUnknown = context.onUnknown ?? env.onUnknown
  const used = new Map<string, number>()
  // A router among the members makes keys for more requests itself, from the same one.
  const again = env.members.some(({ members }) => members !== undefined) ? `-${env.id}-again-` : '-again-'
  return {
    env,
    context,
    job,
    key: request.idempotencyKey,
    tags: request.tags,
    startedAt,
    deadline: context.timeoutMs === undefined ? undefined : startedAt + context.timeoutMs,
    rules: { ...env.rules, 'outcome-unknown': onUnknown === 'fallback' ? 'next' : 'stop' },
    onUnknown,
    trail: createTrail(env.clock),
    attempts: [],
    warnings: [],
    underWay: new Map(),
    keyFor(provider, base) {
      const names = accountsOf(provider).map((account) => JSON.stringify([account, base]))
      const times = Math.max(...names.map((name) => used.get(name) ?? 0)) + 1
      for (const name of names) used.set(name, times)
      return times === 1 ? base : `${base}${again}${times}`
    },
    tell(event) {
      if (!env.emitter.listened) return
      env.emitter.emit({
        ...event,
        at: env.clock.now(),
        router: env.id,
        request: request.idempotencyKey,
      } as RouterEvent)
    },
  }
}

/** Tells how a request ended. */
export function tellEnd(
  run: RequestRun,
  outcome: 'succeeded' | 'partial' | 'failed',
  trail: readonly TrailEntry[],
  details: { readonly kind?: ErrorKind; readonly cost?: Cost | undefined },
): void {
  const ms = run.env.clock.now() - run.startedAt
  // Vendors' words may quote the prompt.
  const wordless = trail.map(({ message: _, ...entry }) => entry)
  run.tell({ type: 'request.ended', job: run.job, outcome, ms, trail: wordless, ...details })
}
