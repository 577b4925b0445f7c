import type { Clock, Cost, ErrorKind, JobHandle, LikenessError, TrailEntry, TrailOutcome } from '@likeness/core'

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

function costOfFailure(outcome: TrailOutcome, error: LikenessError | undefined): Cost | undefined {
  if (outcome === 'skipped') return nothingCharged
  return error?.cost ?? (error?.billed === 'no' ? nothingCharged : undefined)
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
