import type { BackendOptions } from '../backend.js'
import type { createFaults } from './faults.js'
import type { createSigner } from './signing.js'
import { durations, type StoredJob } from './vendor-state.js'
import type { VirtualClock } from './virtual-clock.js'

interface Dependencies {
  readonly clock: VirtualClock
  readonly faults: ReturnType<typeof createFaults>
  readonly signer: ReturnType<typeof createSigner>
  readonly deliver: BackendOptions['deliver']
}

/** Sends the vendor's callbacks, and misdelivers them where a fault says so. */
export function createCallbacks({ clock, faults, signer, deliver }: Dependencies) {
  const heldBack: (() => Promise<void>)[] = []

  async function post(job: StoredJob, url: string, forged: boolean): Promise<void> {
    const body = Buffer.from(JSON.stringify({ job: job.id, kind: job.kind }))
    const proof = forged
      ? { 'x-reference-timestamp': '0', 'x-reference-signature': '00' }
      : signer.headers(body, clock.now())
    // Whoever forges does not know the token of the real address either.
    const target = forged ? url.replace(/\?.*$/, '') : url
    await deliver(
      new Request(target, { method: 'POST', body, headers: { 'content-type': 'application/json', ...proof } }),
    )
  }

  async function send(job: StoredJob, url: string): Promise<void> {
    await post(job, url, false)
    for (const overtaken of heldBack.splice(0)) await overtaken()
  }

  return {
    /** Arranges the callbacks of a new job. */
    plan(job: StoredJob): void {
      const url = job.submission.callback
      if (url === undefined || job.fate === 'stuck') return
      const done = durations[job.kind]
      const genuine = () => send(job, url)
      switch (faults.forWebhook(job.kind)?.type) {
        case 'webhook-lost':
          return
        case 'webhook-late':
          clock.schedule(done * 3, genuine)
          return
        case 'webhook-doubled':
          clock.schedule(done, genuine)
          clock.schedule(done, genuine)
          return
        case 'webhook-reordered':
          clock.schedule(done, () => void heldBack.push(genuine))
          clock.schedule(done * 3, async () => {
            for (const overtaken of heldBack.splice(0)) await overtaken()
          })
          return
        case 'webhook-forged':
          clock.schedule(0, () => post(job, url, true))
          clock.schedule(done, genuine)
          return
        case undefined:
          clock.schedule(done, genuine)
          return
      }
    },
  }
}
