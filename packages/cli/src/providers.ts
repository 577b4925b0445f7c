import type { ProviderSettings } from '@likeness/adapter-kit'
import type { AstriaSettings } from '@likeness/astria'
import type { Provider } from '@likeness/core'
import type { FalSettings } from '@likeness/fal'
import type { SegmindSettings } from '@likeness/segmind'
import * as z from 'zod'

/** Settings that a config file may give, beside those that every adapter has: one schema for each, none left out. */
type OwnSettings<Settings extends ProviderSettings> = {
  readonly [Key in Exclude<keyof Settings, keyof ProviderSettings>]-?: z.ZodType
}

/** How the CLI and the config file know an adapter. */
export interface Adapter {
  /** Where the key is read from when the config names none. */
  readonly environmentVariable: string
  /** The adapter's own settings; all are optional. */
  readonly settings: Readonly<Record<string, z.ZodType>>
  /** Loads the adapter and makes a provider of it. `settings` have been checked against the schemas. */
  create(settings: ProviderSettings): Promise<Provider>
  /** Settings that point the adapter at an emulator, from the endpoints that the emulator announces for it. */
  emulated(endpoints: Readonly<Record<string, string>>): Readonly<Record<string, unknown>>
}

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
const object = z.custom<object>(
  (value) => (typeof value === 'object' && value !== null) || typeof value === 'function',
  {
    error: 'must be an object; only a .ts, .js or .mjs config can give one',
  },
)

/** The emulator names its endpoints as the adapters name their settings, and answers faster than the vendors do. */
const emulated: Adapter['emulated'] = (endpoints) => ({ ...endpoints, minimumPollMs: 250 })

const astria: OwnSettings<AstriaSettings> = {
  baseURL: url,
  titleIdempotency: z.boolean(),
  workspaceId: z.int().positive(),
}

const fal: OwnSettings<FalSettings> = {
  queueURL: url,
  syncURL: url,
  restURL: url,
  platformURL: url,
  jwksURL: url,
  client: object,
  trainer: z.string().min(1),
  generationEndpoint: z.string().min(1),
}

const segmind: OwnSettings<SegmindSettings> = {
  baseURL: url,
  managementURL: url,
  inference: z.enum(['v2', 'v1']),
  baseModel: z.string().min(1),
  requestsPerMinute: z.number().positive(),
}

/** The one place that names the adapters. A further one is one more entry. */
export const adapters: Readonly<Record<string, Adapter>> = {
  astria: {
    environmentVariable: 'ASTRIA_API_KEY',
    settings: astria,
    create: async (settings) => (await import('@likeness/astria')).createAstria(settings),
    emulated,
  },
  fal: {
    environmentVariable: 'FAL_KEY',
    settings: fal,
    create: async (settings) => (await import('@likeness/fal')).createFal(settings),
    emulated,
  },
  segmind: {
    environmentVariable: 'SEGMIND_API_KEY',
    settings: segmind,
    create: async (settings) => (await import('@likeness/segmind')).createSegmind(settings),
    // The free plan's five a minute, which adapters keep to, are not asked of anyone at the emulator.
    emulated: (endpoints) => ({ ...emulated(endpoints), requestsPerMinute: 600 }),
  },
}

/** For the types of a config file: settings by adapter. Functions are for .ts, .js and .mjs configs. */
export interface AdapterSettings {
  readonly astria: AstriaSettings
  readonly fal: FalSettings
  readonly segmind: SegmindSettings
}
