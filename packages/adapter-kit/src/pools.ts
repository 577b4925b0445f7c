import { lazy } from '@likeness/core'
import type { Pool } from 'undici'
import { guardedLookup } from './guard.js'

// One file of undici and not its index: the index loads fetch, WebSocket, mocks and caches, four times as long, and
// sets a global dispatcher. See docs/decisions/undici-7.md of core.
const loadPool = lazy(async () => (await import('undici/lib/dispatcher/pool.js')).default)

/** Connection pools, one per origin. */
export interface Pools {
  /** @param guarded refuses to connect to private addresses, whatever the name resolves to at that moment */
  get(origin: string, guarded: boolean): Pool | Promise<Pool>
}

/**
 * How long an idle connection is kept, in milliseconds, where the server does not say. undici's own 4 s would reconnect
 * between two polls; from 60 s on a common load balancer may close it just as a paid request is being written.
 */
const KEEP_ALIVE_MS = 55_000

/** Pools that live as long as their owner. Idle connections do not keep the process alive. */
export function createPools(connectTimeoutMs: number): Pools {
  const open = new Map<string, Pool>()

  async function make(origin: string, guarded: boolean, key: string): Promise<Pool> {
    const UndiciPool = await loadPool()
    const existing = open.get(key)
    if (existing !== undefined) return existing
    const pool = new UndiciPool(origin, {
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: guarded ? { timeout: connectTimeoutMs, lookup: guardedLookup } : { timeout: connectTimeoutMs },
    })
    open.set(key, pool)
    return pool
  }

  return {
    get(origin, guarded) {
      const key = guarded ? `guarded ${origin}` : origin
      return open.get(key) ?? make(origin, guarded, key)
    },
  }
}
