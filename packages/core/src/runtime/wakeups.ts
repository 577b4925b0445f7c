import type { JobHandle } from '../job.js'
import type { WebhookEvent } from '../webhooks.js'

/** Carries verified callbacks to the loops that wait for their jobs. */
export interface Wakeups {
  /** Calls `wake` whenever a callback names this job. Returns how to stop. */
  subscribe(handle: Pick<JobHandle, 'provider' | 'id'>, wake: () => void): () => void
  /** Hands on what `Webhooks.verify` returned. Returns whether anybody was waiting. */
  notify(event: Pick<WebhookEvent, 'provider' | 'jobId'>): boolean
}

/** Wake-ups within one process. Callbacks for jobs that nobody waits for are not kept: the truth is at the vendor. */
export function createWakeups(): Wakeups {
  const waiting = new Map<string, Set<() => void>>()
  const keyOf = (provider: string, id: string) => JSON.stringify([provider, id])
  return {
    subscribe({ provider, id }, wake) {
      const key = keyOf(provider, id)
      const wakes = waiting.get(key) ?? new Set()
      waiting.set(key, wakes.add(wake))
      return () => {
        wakes.delete(wake)
        if (wakes.size === 0 && waiting.get(key) === wakes) waiting.delete(key)
      }
    },
    notify({ provider, jobId }) {
      const wakes = waiting.get(keyOf(provider, jobId))
      for (const wake of wakes ?? []) wake()
      return wakes !== undefined
    },
  }
}
