import { generate } from '@likeness/core'
import type { HedgePolicy } from '../src/strategy/types.ts'
import type { Router, RouterSettings } from '../src/types.ts'
import type { MakePicture, Scene } from './brownout-workload.ts'

type CreateRouter = (settings: RouterSettings) => Router

/** How long one job may take, at every vendor and in every strategy. */
export const TIMEOUT_MS = 60_000

const SIZE = '512x512'

function through(createRouter: CreateRouter, settings: Partial<RouterSettings>) {
  return ({ fal, segmind, portfolio, clock }: Scene): MakePicture => {
    const provider = createRouter({
      providers: { fal, segmind },
      target: {
        strategy: { mode: 'fallback' },
        targets: [
          { provider: 'fal', timeoutMs: TIMEOUT_MS, limits: { concurrentJobs: 40 } },
          { provider: 'segmind', timeoutMs: TIMEOUT_MS, limits: { requestsPerMinute: 600 } },
        ],
      },
      onUnknown: 'fallback',
      clock,
      ...settings,
    })
    return (prompt) => generate({ provider, portfolio, prompt, size: SIZE })
  }
}

/** One provider, no router. */
export function alone({ fal, portfolio }: Scene): MakePicture {
  return (prompt) => generate({ provider: fal, portfolio, prompt, size: SIZE, timeoutMs: TIMEOUT_MS })
}

/** The router as plain fallback: a breaker that never opens, no hedge. */
export const plainFallback = (createRouter: CreateRouter) =>
  through(createRouter, { breaker: { threshold: Number.MAX_SAFE_INTEGER } })

/** The router with its breaker and a hedge. */
export const hedged = (createRouter: CreateRouter, hedge: HedgePolicy = {}) => through(createRouter, { hedge })
