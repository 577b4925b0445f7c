import type { Pool } from 'undici'
import { guardedLookup } from './guard.js'
import { lazy } from './lazy.js'

// Loading undici takes longer than all the rest of a short program, so it waits for the first request.
const loadUndici = lazy(() => import('undici'))

/** Connection pools, one per origin. */
export interface Pools {
  /** @param guarded refuses to connect to private addresses, whatever the name resolves to at that moment */
  get(origin: string, guarded: boolean): Pool | Promise<Pool>
}

/** How long an idle connection is kept, in milliseconds. undici's own 4 s would reconnect between two polls. */
const KEEP_ALIVE_MS = 60_000

/** Pools that live as long as the transport that made them. Idle connections do not keep the process alive. */
export function createPools(connectTimeoutMs: number): Pools {
  const open = new Map<string, Pool>()

  async function make(origin: string, guarded: boolean, key: string): Promise<Pool> {
    const { Pool } = await loadUndici()
    const existing = open.get(key)
    if (existing !== undefined) return existing
    const pool = new Pool(origin, {
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
