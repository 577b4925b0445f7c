import type { Pace } from '../job.js'

/** What the choice of the next poll depends on. All in milliseconds. */
export interface PollState {
  /** Since the job was accepted. */
  readonly elapsed: number
  readonly pace: Pace
  /** Whether the job has not been asked about yet. */
  readonly first: boolean
  /** How long such jobs took before, where some have been seen. */
  readonly spread?: { readonly low: number; readonly high: number } | undefined
  /** Until the vendor expects to be done, where it says so. */
  readonly etaMs?: number | undefined
}

/** A vendor that may be asked this often may also be asked at once, to learn whether its jobs end at once. */
const EAGER_MS = 500

/** Gaps are no shorter than this, in milliseconds, while it is not known how long such jobs take. */
const LEAST_UNINFORMED_MS = 200

const clamp = (value: number, { minimumMs, maximumMs }: Pace) => Math.min(maximumMs, Math.max(minimumMs, value))

/**
 * How long to wait before asking again.
 *
 * Where earlier jobs are known: once until the quickest tenth of them was done, then in eighths of their spread. Where
 * not: at once, then after a fifth of what has passed, so that the delay stays in proportion to the job. A vendor's ETA
 * counts for more than both while it is far off. Never faster than the vendor allows, and slower again for a job that is
 * overdue. The fractions were chosen with the bench `polling`.
 */
export function nextPollDelay({ elapsed, pace, first, spread, etaMs }: PollState): number {
  if (spread === undefined) {
    if (first && pace.minimumMs <= EAGER_MS) return 0
    const farOff = etaMs === undefined ? 0 : etaMs / 2
    const long = (pace.expectedMs ?? 0) / 100
    return clamp(Math.max(LEAST_UNINFORMED_MS, elapsed / 5, farOff, long), pace)
  }
  if (first) return Math.max(0, spread.low - elapsed)
  if (elapsed < spread.low) return Math.max(spread.low - elapsed, pace.minimumMs)
  const step = (spread.high - spread.low) / 8
  return clamp(elapsed > spread.high ? Math.max(step, elapsed / 20) : step, pace)
}
