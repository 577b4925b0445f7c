import { json } from '../core/responses.js'
import type { VendorPlugin } from '../core/vendor.js'

export type AstriaSettings = Record<never, never>

export interface AstriaEndpoints {
  baseURL: string

  apiKey: string
}

export const astria: VendorPlugin<AstriaSettings, AstriaEndpoints> = {
  name: 'astria',
  defaultKey: () => 'sd_emulator',
  settings: () => ({}),
  durations: {
    fineTuneQueued: 10_000,
    fineTuneRunning: 600_000,
    fineTuneDeploying: 0,
    generationQueued: 5_000,
    generationRunning: 30_000,
  },
  publicOrigins: {},
  endpoints: (origin, apiKey) => ({ baseURL: origin, apiKey }),
  classify: () => ({ operation: 'other', paid: false }),
  isAuthenticated: () => false,
  refuse: () => json({ error: 'not built yet' }, 500),
  create: () => ({ handle: () => json({ error: 'not built yet' }, 404), expire: () => {} }),
}
