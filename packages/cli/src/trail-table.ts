import { formatUSD, type TrailEntry } from '@likeness/core'
import { formatDuration } from './duration.js'
import { table } from './table.js'

function outcomeOf({ outcome, kind }: TrailEntry): string {
  return kind === undefined ? outcome : `${outcome} (${kind})`
}

/** The way through the targets of a router, a step a line. An unknown cost is told as such. */
export function trailTable(trail: readonly TrailEntry[]): string {
  return table(
    trail.map((entry) => [
      entry.target,
      entry.role,
      outcomeOf(entry),
      formatDuration(entry.ms),
      entry.cost === undefined ? 'cost unknown' : formatUSD(entry.cost.amount),
      entry.next ?? '',
    ]),
  )
}
