import type { RunProgress } from '@likeness/compare'
import { type Clock, formatUSD } from '@likeness/core'
import { formatDuration } from '../../duration.js'
import type { BarsUpdate } from '../../progress/progress.js'

/** Of the whole; no vendor can be called so, since a name holds no space. */
const whole = 'all vendors'

/** Names of the bars of a run. */
export const runBars = (vendors: readonly string[]): string[] => [...vendors, whole]

const failures = (failed: number) => (failed === 0 ? [] : [`${failed} failed`])

/** What is left below a second is over before it is read. */
const timeLeft = (ms: number | undefined) =>
  ms === undefined || ms < 1_000 ? [] : [`about ${formatDuration(ms)} left`]

/** A bar for each vendor, and one of the whole with money and time. */
export function runUpdate(progress: RunProgress): BarsUpdate {
  const { vendors, done, total, failed, spent, committed, etaMs } = progress
  const money = `${formatUSD(spent)} spent${committed > spent ? `, ${formatUSD(committed)} at most` : ''}`
  return {
    bars: [
      ...vendors.map((vendor) => ({ ...vendor, notes: failures(vendor.failed) })),
      { name: whole, done, total, notes: [...failures(failed), money, ...timeLeft(etaMs)] },
    ],
    event: { event: 'progress', ...progress },
  }
}

/** Name of the bar of scoring. */
export const scoringBar = 'scoring'

interface Scored {
  readonly done: number
  readonly total: number
}

/**
 * Makes updates of how far scoring has come. Weights are loaded before the first picture, and what an earlier scoring left
 * is there at once: the pace is that of the pictures in between.
 */
export function createScoringUpdate(clock: Pick<Clock, 'now'>): (progress: Scored) => BarsUpdate {
  let first: { readonly done: number; readonly at: number } | undefined
  return ({ done, total }) => {
    const now = clock.now()
    if (done > 0) first ??= { done, at: now }
    const ended = first === undefined ? 0 : done - first.done
    const leftMs = first === undefined || ended < 2 ? undefined : ((now - first.at) / ended) * (total - done)
    const notes = done === total ? [] : timeLeft(leftMs)
    return { bars: [{ name: scoringBar, done, total, notes }], event: { event: 'scoring', done, total } }
  }
}
