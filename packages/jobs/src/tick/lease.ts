import type { Lease, Patch } from '../store/store.js'
import type { Engine } from './engine.js'

/** Another process has the job now. Nothing that is known here may be written over what it does. */
export class LeaseLost extends Error {}

/** Writes within a tick, keeping the lease. @throws LeaseLost */
export async function keep(engine: Engine, lease: Lease, patch: Patch): Promise<Lease> {
  const saved = await engine.store.tx((tx) => engine.store.save(lease, patch, tx))
  if (saved === undefined) throw new LeaseLost()
  engine.changed(saved.job)
  return saved
}

/** Renews a lease until it is disposed of. */
export interface HeldLease extends AsyncDisposable {
  /** Aborts once the lease is lost, or with the signal that was given. */
  readonly signal: AbortSignal
}

/** Renews well before the end, so that a slow call does not look like a dead process. */
export function holdLease(engine: Engine, lease: Lease, outer: AbortSignal): HeldLease {
  const { store, leaseMs } = engine
  const lost = new AbortController()
  const over = new AbortController()

  async function renewing(): Promise<void> {
    let heldUntil = store.clock.now() + leaseMs
    while (!over.signal.aborted) {
      await store.clock.sleep(leaseMs / 3, over.signal)
      try {
        if (!(await store.renew(lease, leaseMs))) break
        heldUntil = store.clock.now() + leaseMs
      } catch (error) {
        // The database may be back before the lease has ended.
        engine.warn(`The lease of ${lease.job.id} could not be renewed: ${String(error)}`)
        if (store.clock.now() >= heldUntil) break
      }
    }
    if (!over.signal.aborted) lost.abort(new LeaseLost())
  }

  const done = renewing().catch((error: unknown) => {
    if (!over.signal.aborted) engine.warn(`The lease of ${lease.job.id} is no longer renewed: ${String(error)}`)
  })
  return {
    signal: AbortSignal.any([outer, lost.signal]),
    async [Symbol.asyncDispose]() {
      over.abort()
      await done
    },
  }
}
