import {
  type Clock,
  type Cost,
  type ErrorKind,
  type JobHandle,
  type LikenessError,
  sumCosts,
  type TrailEntry,
  type TrailOutcome,
} from '@likeness/core'

/** One step while it is being taken. */
export interface Step {
  /** When it was sent; none was yet while `undefined`. */
  send(): void
  end(
    outcome: TrailOutcome,
    details?: { error?: LikenessError; cost?: Cost | undefined; handle?: JobHandle | undefined },
  ): TrailEntry
  /** Says what came next. Only the first call counts. */
  next(words: string): void
}

/** What a step is. */
export type StepOf = Pick<TrailEntry, 'target' | 'provider' | 'role' | 'n'>

/** The way of one request. */
export interface Trail {
  step(of: StepOf): Step
  entries(): TrailEntry[]
}

interface Draft {
  of: StepOf
  begunAt: number
  sentAt: number | undefined
  ended: TrailEntry | undefined
  next: string | undefined
}

const nothingCharged: Cost = { amount: 0, currency: 'USD', source: 'price-table', lines: [] }

/** A training that had to come first may have cost something although nothing was sent after it. */
function costOfFailure(outcome: TrailOutcome, error: LikenessError | undefined): Cost | undefined {
  if (error === undefined) return outcome === 'skipped' ? nothingCharged : undefined
  return error.cost ?? (error.billed === 'no' ? nothingCharged : undefined)
}

/** What all steps cost together; unknown as soon as one is. What was certainly free adds nothing. */
export function costOfTrail(trail: readonly TrailEntry[]): Cost | undefined {
  const paid = trail.filter(({ cost }) => cost === undefined || cost.amount > 0)
  if (paid.length > 0) return sumCosts(paid.map(({ cost }) => cost))
  // All jobs there were came free.
  return trail.find(({ handle }) => handle !== undefined)?.cost
}

/** Starts an empty trail. */
export function createTrail(clock: Clock): Trail {
  const drafts: Draft[] = []

  function entryOf(draft: Draft, outcome: TrailOutcome, kind?: ErrorKind): TrailEntry {
    const sent = draft.sentAt
    return {
      ...draft.of,
      outcome,
      at: new Date(sent ?? draft.begunAt).toISOString(),
      ms: sent === undefined ? 0 : Math.max(0, clock.now() - sent),
      ...(kind && { kind }),
    }
  }

  return {
    step(of) {
      const draft: Draft = { of, begunAt: clock.now(), sentAt: undefined, ended: undefined, next: undefined }
      drafts.push(draft)
      return {
        send() {
          draft.sentAt ??= clock.now()
        },
        end(outcome, { error, cost, handle } = {}) {
          const known = cost ?? costOfFailure(outcome, error)
          draft.ended = {
            ...entryOf(draft, outcome, error?.kind),
            ...(error && { message: error.message }),
            ...(known && { cost: known }),
            ...(handle && { handle }),
          }
          return draft.ended
        },
        next(words) {
          draft.next ??= words
        },
      }
    },
    entries: () =>
      drafts.map((draft) => ({
        ...(draft.ended ?? entryOf(draft, 'unknown')),
        ...(draft.next !== undefined && { next: draft.next }),
      })),
  }
}
