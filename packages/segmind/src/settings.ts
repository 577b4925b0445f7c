import type { ProviderSettings } from '@likeness/adapter-kit'
import { type Clock, LikenessError, systemClock } from '@likeness/core'
import { type SegmindBaseModel, trainings } from './facts/trainings.js'

/** v2 answers with a job to poll; v1 answers with the picture, within about a minute or not at all. */
export type SegmindInference = 'v2' | 'v1'

/** Settings of `createSegmind`. */
export interface SegmindSettings extends ProviderSettings {
  /** Fine-tuning and inference. @default 'https://api.segmind.com' */
  readonly baseURL?: string
  /** Webhook registration. @default 'https://api.spotprod.segmind.com' */
  readonly managementURL?: string
  /** @default 'v2' */
  readonly inference?: SegmindInference
  /** Kind of training where a request names no `base`, and base model of requests without a model. @default 'FLUX_PRO' */
  readonly baseModel?: SegmindBaseModel
  /**
   * Requests per minute of the account's plan; jobs are polled no faster. Published tables disagree (free 5; paid 50,
   * or 60 to 1000). @default 5
   */
  readonly requestsPerMinute?: number
}

/** The settings with defaults filled in. */
export interface SegmindConfig {
  readonly id: string
  readonly baseURL: string
  readonly managementURL: string
  readonly inference: SegmindInference
  readonly baseModel: SegmindBaseModel
  readonly minimumPollMs: number
  readonly clock: Clock
  readonly settings: SegmindSettings
}

function refuse(field: string, given: unknown, allowed: string): never {
  throw new LikenessError({
    kind: 'invalid-request',
    message: `createSegmind: ${field} is ${JSON.stringify(given)}; ${allowed}.`,
    provider: 'segmind',
    fields: [{ field, message: allowed }],
  })
}

function origin(field: string, url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) refuse(field, url, 'must be an http(s) URL')
  return url.replace(/\/+$/, '')
}

/**
 * Fills in defaults and checks what was given.
 *
 * @throws LikenessError `invalid-request`, naming the setting
 */
export function resolveSettings(settings: SegmindSettings): SegmindConfig {
  const { inference = 'v2', baseModel = 'FLUX_PRO', requestsPerMinute = 5 } = settings
  if (inference !== 'v2' && inference !== 'v1') refuse('inference', inference, "must be 'v2' or 'v1'")
  if (!Object.hasOwn(trainings, baseModel)) {
    refuse('baseModel', baseModel, `must be one of ${Object.keys(trainings).join(', ')}`)
  }
  if (!(requestsPerMinute > 0)) refuse('requestsPerMinute', requestsPerMinute, 'must be a number above 0')
  return {
    id: settings.id ?? 'segmind',
    baseURL: origin('baseURL', settings.baseURL ?? 'https://api.segmind.com'),
    managementURL: origin('managementURL', settings.managementURL ?? 'https://api.spotprod.segmind.com'),
    inference,
    baseModel,
    minimumPollMs: settings.minimumPollMs ?? Math.ceil(60_000 / requestsPerMinute),
    clock: settings.clock ?? systemClock,
    settings,
  }
}
