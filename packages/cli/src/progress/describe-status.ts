import type { JobStatus } from '@likeness/core'
import { formatDuration } from '../duration.js'

const BAR = 20

/** `[########------------] 42 %` */
export function bar(progress: number): string {
  const share = Math.min(1, Math.max(0, progress))
  const filled = Math.round(share * BAR)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${Math.round(share * 100)} %`
}

function place(status: JobStatus): string | undefined {
  if (status.state !== 'queued' || status.position === undefined) return undefined
  return status.position === 0 ? 'next in line' : `${status.position} ahead`
}

/** Where a job stands, in a line: state, place in the queue, progress, time passed, time left, the vendor's words. */
export function describeStatus(status: JobStatus, elapsedMs: number): string {
  const passed = formatDuration(elapsedMs)
  switch (status.state) {
    case 'queued':
    case 'running':
    case 'deploying': {
      const left = status.etaMs === undefined ? undefined : `about ${formatDuration(status.etaMs)} left`
      const drawn = status.progress === undefined ? undefined : bar(status.progress)
      const parts = [status.state, place(status), drawn, passed, left, status.message]
      return parts.filter((part) => part !== undefined && part !== '').join(' · ')
    }
    case 'succeeded':
    case 'canceled':
    case 'expired':
      return `${status.state} · ${passed}`
    case 'failed':
      return `failed · ${passed} · ${status.error.message}`
    default:
      return status satisfies never
  }
}
