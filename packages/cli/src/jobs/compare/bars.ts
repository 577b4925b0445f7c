import type { RunProgress } from '@likeness/compare'
import { formatUSD } from '@likeness/core'
import { formatDuration } from '../../duration.js'
import type { BarsUpdate } from '../../progress/progress.js'

/** Of the whole; no vendor can be called so, since a name holds no space. */
const whole = 'all vendors'

/** Names of the bars of a run. */
export const runBars = (vendors: readonly string[]): string[] => [...vendors, whole]

const failures = (failed: number) => (failed === 0 ? [] : [`${failed} failed`])

/** A bar for each vendor, and one of the whole with money and time. */
export function runUpdate(progress: RunProgress): BarsUpdate {
  const { vendors, done, total, failed, spent, committed, etaMs } = progress
  const money = `${formatUSD(spent)} spent${committed > spent ? `, ${formatUSD(committed)} at most` : ''}`
  const left = etaMs === undefined ? [] : [`about ${formatDuration(etaMs)} left`]
  return {
    bars: [
      ...vendors.map((vendor) => ({ ...vendor, notes: failures(vendor.failed) })),
      { name: whole, done, total, notes: [...failures(failed), money, ...left] },
    ],
    event: { event: 'progress', ...progress },
  }
}

/** Name of the bar of scoring. */
export const scoringBar = 'scoring'

/** How far scoring has come. */
export function scoringUpdate(
  { done, total }: { readonly done: number; readonly total: number },
  elapsedMs: number,
): BarsUpdate {
  const left = done === 0 || done === total ? [] : [`about ${formatDuration((elapsedMs / done) * (total - done))} left`]
  return {
    bars: [{ name: scoringBar, done, total, notes: left }],
    event: { event: 'scoring', done, total },
  }
}
