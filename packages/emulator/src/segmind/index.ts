import { json } from '../core/responses.js'
import type { VendorPlugin } from '../core/vendor.js'

export type SegmindSettings = Record<never, never>

export interface SegmindEndpoints {
  baseURL: string
  managementURL: string
  apiKey: string
}

export const segmind: VendorPlugin<SegmindSettings, SegmindEndpoints> = {
  name: 'segmind',
  defaultKey: () => 'SG_0123456789abcdef',
  settings: () => ({}),
  durations: {
    fineTuneQueued: 10_000,
    fineTuneRunning: 600_000,
    fineTuneDeploying: 0,
    generationQueued: 5_000,
    generationRunning: 30_000,
  },
  publicOrigins: {},
  endpoints: (origin, apiKey) => ({ baseURL: origin, managementURL: `${origin}/webhook`, apiKey }),
  classify: () => ({ operation: 'other', paid: false }),
  isAuthenticated: () => false,
  refuse: () => json({ error: 'not built yet' }, 500),
  create: () => ({ handle: () => json({ error: 'not built yet' }, 404), expire: () => {} }),
}
