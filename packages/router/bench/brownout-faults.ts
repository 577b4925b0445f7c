import type { Fault } from '@likeness/emulator'

/** How often each fault strikes a paid request: 30 % errors, 10 % stalls. */
const shares: readonly (readonly [number, Fault])[] = [
  [0.12, { type: 'unavailable' }],
  [0.06, { type: 'rate-limited' }],
  [0.08, { type: 'job-failed' }],
  // The job was accepted, the answer was lost.
  [0.04, { type: 'gateway-timeout-after' }],
  // Accepted, and never done.
  [0.1, { type: 'job-stuck' }],
]

/** The fault for a number from 0 to 1, if any. */
export function faultAt(drawn: number): Fault | undefined {
  let upTo = 0
  for (const [share, fault] of shares) {
    upTo += share
    if (drawn < upTo) return fault
  }
  return undefined
}
