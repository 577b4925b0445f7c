import type { JobHandle, LikenessError, TrailEntry, Warning } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { Succeeded, Work } from './jobs.js'
import type { Step } from './trail.js'

/** One job to have done at one target. */
export interface AttemptOrder<Request, Status> {
  readonly work: Work<Request, Status>
  readonly leaf: Leaf
  /** As the target's provider receives it. */
  readonly request: Request
  readonly role: TrailEntry['role']
  /** Which of the caller's pictures it is to make; on generations. */
  readonly pictures?: readonly number[] | undefined
  /** Fires when another job has won the race. */
  readonly lost?: AbortSignal | undefined
  /** Called right before its sending begins. */
  readonly onSending?: (() => void) | undefined
  /** Called when the vendor has accepted the job. */
  readonly onAccepted?: (() => void) | undefined
}

/** How it went. */
export type AttemptResult<Status> =
  | {
      readonly type: 'succeeded'
      readonly step: Step
      readonly leaf: Leaf
      readonly handle: JobHandle
      readonly status: Succeeded<Status>
      readonly warnings: readonly Warning[]
    }
  | {
      readonly type: 'failed'
      readonly step: Step
      readonly leaf: Leaf
      readonly error: LikenessError
      /** Whether its sending was tried. */
      readonly sent: boolean
    }

/** Tells the attempts of one request apart: each paid request has a key of its own at its provider. */
export function attemptName(leaf: Leaf, request: { readonly idempotencyKey: string }): string {
  return `${leaf.name} ${request.idempotencyKey}`
}
