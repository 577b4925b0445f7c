import type { Cost, ErrorKind, Estimate, JobHandle, JobKind, JobStatus, TrailEntry, Warning } from '@likeness/core'
import type { BreakerState, LimitObstacle } from './limits/types.js'

/** What every event tells. Events hold no prompt, no picture and no key. */
interface EventBase {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `Provider.id` of the router. */
  readonly router: string
  /** Key of the request that the caller made. */
  readonly request: string
}

/** What every event of one attempt tells. An attempt is one job at one target. */
interface AttemptEvent extends EventBase {
  /** Tells attempts of one request apart. */
  readonly attempt: string
  readonly target: string
  /** `Provider.id`. */
  readonly provider: string
  readonly job: JobKind
}

export interface RequestStarted extends EventBase {
  readonly type: 'request.started'
  readonly job: JobKind
  readonly n?: number | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export interface RequestEnded extends EventBase {
  readonly type: 'request.ended'
  readonly job: JobKind
  readonly outcome: 'succeeded' | 'partial' | 'failed'
  readonly kind?: ErrorKind | undefined
  readonly ms: number
  /** `undefined` is unknown. */
  readonly cost?: Cost | undefined
  readonly trail: readonly TrailEntry[]
}

/** A limit makes an attempt wait before it is sent. */
export interface AttemptWaiting extends AttemptEvent {
  readonly type: 'attempt.waiting'
  readonly limit: LimitObstacle['limit']
  /** Milliseconds since the epoch: when it can go on, where that is known. */
  readonly until?: number | undefined
}

export interface AttemptStarted extends AttemptEvent {
  readonly type: 'attempt.started'
  readonly role: TrailEntry['role']
  readonly n?: number | undefined
  /** Base of the model that is applied or trained on. */
  readonly base?: string | undefined
  readonly estimate?: Estimate | undefined
}

export interface AttemptEnded extends AttemptEvent {
  readonly type: 'attempt.ended'
  readonly outcome: TrailEntry['outcome']
  readonly kind?: ErrorKind | undefined
  readonly ms: number
  readonly cost?: Cost | undefined
  readonly handle?: JobHandle | undefined
}

export interface JobProgress extends AttemptEvent {
  readonly type: 'job.progress'
  readonly state: JobStatus['state']
  readonly progress?: number | undefined
  readonly etaMs?: number | undefined
}

export interface FallbackEvent extends EventBase {
  readonly type: 'fallback'
  readonly from: string
  readonly to: string
  readonly kind: ErrorKind
  /** The rule, in words. */
  readonly reason: string
}

export interface HedgeEvent extends AttemptEvent {
  readonly type: 'hedge'
  /** `started`: a second job was sent after `ms`; `won`, `lost`: how it ended; `refused`: a cap forbids it. */
  readonly step: 'started' | 'won' | 'lost' | 'refused'
  readonly ms: number
  readonly reason?: string | undefined
}

export interface BreakerEvent {
  readonly type: 'breaker'
  readonly at: number
  readonly router: string
  /** `Provider.id`. */
  readonly provider: string
  readonly state: BreakerState['state']
  readonly until?: number | undefined
}

export interface BudgetEvent extends EventBase {
  readonly type: 'budget'
  readonly step: 'reserved' | 'settled' | 'refunded' | 'unknown' | 'refused'
  readonly provider: string
  readonly job: JobKind
  /** Nano-USD; absent is unknown. */
  readonly amount?: number | undefined
  readonly reason?: string | undefined
}

export interface WarningEvent extends EventBase {
  readonly type: 'warning'
  readonly warning: Warning
}

/** What a router tells while it works. */
export type RouterEvent =
  | RequestStarted
  | RequestEnded
  | AttemptWaiting
  | AttemptStarted
  | AttemptEnded
  | JobProgress
  | FallbackEvent
  | HedgeEvent
  | BreakerEvent
  | BudgetEvent
  | WarningEvent

/** Takes events. What it throws becomes a process warning; it cannot disturb the work. */
export type Listener = (event: RouterEvent) => void
