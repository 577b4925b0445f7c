import type { Fault, VendorControl } from '@likeness/emulator'

/**
 * What the caller can know of a job after this fault, without asking: `nothing-made`, `lost` (no answer tells whether one
 * was made), `made` (an answer told of it), `failed`, `blocked`, `stuck` (it was made and went wrong).
 */
export type Knowledge = 'nothing-made' | 'lost' | 'made' | 'failed' | 'blocked' | 'stuck'

/** One way for a paid request to go wrong. */
export interface Mishap {
  /** As the matrix names it. */
  readonly name: string
  readonly fault: Fault | 'offline' | 'none'
  readonly knowledge: Knowledge
  /** How many requests it happens to. @default 1 */
  readonly times?: number
  /** The vendor never answers. */
  readonly stalls?: true
}

export const mishaps: readonly Mishap[] = [
  { name: 'nothing goes wrong', fault: 'none', knowledge: 'made' },
  { name: 'connection refused', fault: 'offline', knowledge: 'nothing-made' },
  { name: 'reset before it was taken', fault: { type: 'reset-before' }, knowledge: 'lost' },
  { name: 'reset after it was taken', fault: { type: 'reset-after' }, knowledge: 'lost' },
  { name: '502, not taken', fault: { type: 'bad-gateway' }, knowledge: 'lost' },
  { name: '502, taken', fault: { type: 'bad-gateway-after' }, knowledge: 'lost' },
  { name: '504, not taken', fault: { type: 'gateway-timeout' }, knowledge: 'lost' },
  { name: '504, taken', fault: { type: 'gateway-timeout-after' }, knowledge: 'lost' },
  { name: 'no answer in time, not taken', fault: { type: 'stall' }, knowledge: 'lost', stalls: true },
  { name: 'no answer in time, taken', fault: { type: 'stall', accept: true }, knowledge: 'lost', stalls: true },
  { name: '200 cut short, not taken', fault: { type: 'truncated-json' }, knowledge: 'lost' },
  { name: '200 cut short, taken', fault: { type: 'truncated-after' }, knowledge: 'lost' },
  { name: '200 and nothing else', fault: { type: 'empty-body' }, knowledge: 'lost' },
  { name: '429', fault: { type: 'rate-limited' }, knowledge: 'made' },
  { name: '429, Retry-After: 2', fault: { type: 'rate-limited', retryAfter: 2 }, knowledge: 'made' },
  { name: '429, Retry-After as a date', fault: { type: 'rate-limited', retryAfter: 'date' }, knowledge: 'made' },
  { name: '429, Retry-After: 600', fault: { type: 'rate-limited', retryAfter: 600 }, knowledge: 'made' },
  { name: '429 again and again', fault: { type: 'rate-limited' }, times: 4, knowledge: 'nothing-made' },
  {
    name: '429 again and again, Retry-After: 600',
    fault: { type: 'rate-limited', retryAfter: 600 },
    times: 4,
    knowledge: 'nothing-made',
  },
  { name: '500', fault: { type: 'server-error' }, knowledge: 'lost' },
  { name: 'a page in place of an answer', fault: { type: 'html-error' }, knowledge: 'lost' },
  { name: '503', fault: { type: 'unavailable' }, knowledge: 'nothing-made' },
  { name: 'key refused', fault: { type: 'unauthorized' }, knowledge: 'nothing-made' },
  { name: 'no credits', fault: { type: 'insufficient-credits' }, knowledge: 'nothing-made' },
  { name: 'field refused', fault: { type: 'invalid-field' }, knowledge: 'nothing-made' },
  { name: 'the job fails', fault: { type: 'job-failed' }, knowledge: 'failed' },
  { name: 'the job is blocked', fault: { type: 'job-blocked' }, knowledge: 'blocked' },
  { name: 'the job is stuck', fault: { type: 'job-stuck' }, knowledge: 'stuck' },
]

/** Makes it happen to the next paid request of that kind. Returns what ends it. */
export async function arm(
  { fault, times = 1 }: Mishap,
  vendor: VendorControl,
  kind: 'fine-tune' | 'generation',
): Promise<() => Promise<void>> {
  switch (fault) {
    case 'none':
      return async () => {}
    case 'offline':
      await vendor.goOffline()
      return () => vendor.goOnline()
    default:
      vendor.fault({ operation: `${kind}.submit`, fault, times })
      return async () => {}
  }
}
