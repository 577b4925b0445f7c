import { type Cost, costOf, type Estimate, estimateOf, type JobHandle, nanoUSD } from '@likeness/core'
import type { LedgerSubject } from './types.js'

/** An estimate of so many dollars, at least and at most. */
export function estimated(maximumUSD: number, minimumUSD = maximumUSD): Estimate {
  const amount = nanoUSD(minimumUSD)
  const line = { label: 'images', quantity: 1, unit: 'image', unitAmount: amount, amount }
  return estimateOf('2026-11-01', [line], nanoUSD(maximumUSD))
}

/** A cost of so many dollars, as a vendor's answer names it. */
export function charged(dollars: number, source: Cost['source'] = 'vendor-response'): Cost {
  const amount = nanoUSD(dollars)
  return costOf(source, [{ label: 'images', quantity: 1, unit: 'image', unitAmount: amount, amount }])
}

/** A generation at fal for at most ten cents, where nothing else is said. */
export function aSubject(changes: Partial<LedgerSubject> = {}): LedgerSubject {
  return {
    kind: 'generation',
    provider: 'fal',
    idempotencyKey: 'key-00000001',
    request: 'request-0001',
    n: 1,
    estimate: estimated(0.1),
    ...changes,
  }
}

/** The handle of a job. */
export function aHandle(id: string, provider = 'fal'): JobHandle {
  return {
    version: 1,
    kind: 'generation',
    provider,
    id,
    idempotencyKey: 'key-00000001',
    startedAt: '2026-11-20T10:00:00.000Z',
    n: 1,
    data: { endpoint: 'fal-ai/flux-lora' },
  }
}
