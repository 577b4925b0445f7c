import type { TrailEntry } from '@likeness/core'
import type { Session } from '../session.js'
import { trailTable } from '../trail-table.js'

/** Shows a person the way a request took, where it was more than a step. */
export function noteTrail(session: Session, provider: string, trail: readonly TrailEntry[]): void {
  if (trail.length < 2) return
  session.note(`trail: ${provider}:\n${trailTable(trail).trimEnd().replaceAll(/^/gm, '  ')}`)
}
