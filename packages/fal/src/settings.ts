import type { ProviderSettings } from '@likeness/adapter-kit'
import { LikenessError } from '@likeness/core'
import { endpointPattern } from './generate-request.js'
import type { ReadyClient } from './ready-client.js'
import { type FalTrainerId, isTrainerId, trainers } from './trainers.js'

/** What {@link createFal} takes. All optional: a key in `FAL_KEY` is enough. */
export interface FalSettings extends ProviderSettings {
  /** Where jobs are submitted and read. @default 'https://queue.fal.run' */
  readonly queueURL?: string
  /** Where jobs run without the queue (`providerOptions.fal.direct`). @default 'https://fal.run' */
  readonly syncURL?: string
  /** Where uploads begin. @default 'https://rest.fal.ai' */
  readonly restURL?: string
  /** Account and prices. @default 'https://api.fal.ai/v1' */
  readonly platformURL?: string
  /** The public keys of webhook signatures. @default `<restURL>/.well-known/jwks.json` */
  readonly jwksURL?: string
  /**
   * A ready client of fal's own, used for submits, status, results, cancels and uploads instead of this package's HTTP:
   * what `createFalClient(...)` or `fal` of `@fal-ai/client` are, or the module `@fal-ai/serverless-client`
   * (`import * as fal from ...`). It brings its own key, `fetch` and retries; `apiKey` is then needed for `account`
   * alone.
   *
   * Neither is as safe as the default:
   * - `@fal-ai/client` sends a submit again after a lost answer, which may buy a job twice. Every submit is therefore
   *   handed over in a form that can be sent once only; a submit that the client wanted to repeat ends as
   *   `outcome-unknown`.
   * - `@fal-ai/serverless-client` (and `fal` of the former) has one key for the whole process. When `fal.config()` puts
   *   another in its place, calls of the former are refused; of the latter that cannot be noticed.
   * - Both hide the price header, so costs are unknown; both hold uploads in memory; of the older one, a call cannot be
   *   aborted and the queue headers of `providerOptions.fal` cannot be sent.
   */
  readonly client?: ReadyClient
  /** Trainer of fine-tunes that name none. @default 'fal-ai/flux-lora-fast-training' */
  readonly trainer?: FalTrainerId
  /**
   * Endpoint of generations that name none: one with the inputs of `fal-ai/flux-lora`, whose `/image-to-image` and
   * `/inpainting` are used when the request has an `image` or a `mask`. @default 'fal-ai/flux-lora'
   */
  readonly generationEndpoint?: string
}

/** Settings with every address filled in. */
export interface FalHosts {
  readonly queueURL: string
  readonly syncURL: string
  readonly restURL: string
  readonly platformURL: string
  readonly jwksURL: string
}

function refused(provider: string, field: string, message: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${provider}: the setting ${field} ${message}.`,
    provider,
    fields: [{ field, message }],
  })
}

/**
 * The addresses in use: as set, else fal's own of 2026-11.
 *
 * @throws LikenessError `invalid-request` naming the setting that is no http(s) URL
 */
export function hostsOf(settings: FalSettings): FalHosts {
  const read = (field: keyof FalHosts, fallback: string): string => {
    const url = settings[field] ?? fallback
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw refused(providerId(settings), field, 'must be an http(s) URL')
    }
    return url.replace(/\/+$/, '')
  }
  const restURL = read('restURL', 'https://rest.fal.ai')
  return {
    queueURL: read('queueURL', 'https://queue.fal.run'),
    syncURL: read('syncURL', 'https://fal.run'),
    restURL,
    platformURL: read('platformURL', 'https://api.fal.ai/v1'),
    jwksURL: read('jwksURL', `${restURL}/.well-known/jwks.json`),
  }
}

/** @throws LikenessError `invalid-request` naming the setting that is wrong */
export function checkSettings(settings: FalSettings): void {
  hostsOf(settings)
  const { trainer, generationEndpoint } = settings
  if (trainer !== undefined && !isTrainerId(trainer)) {
    throw refused(providerId(settings), 'trainer', `must be one of ${Object.keys(trainers).join(', ')}`)
  }
  if (generationEndpoint !== undefined && !endpointPattern.test(generationEndpoint)) {
    throw refused(providerId(settings), 'generationEndpoint', 'must look like fal-ai/flux-lora')
  }
}

/** The vendor's name: default of `id`, and the second place where `providerOptions` are looked up. */
const vendor = 'fal'

/** Name of this provider in handles and portfolios. */
export function providerId(settings: FalSettings): string {
  return settings.id ?? vendor
}

/** This vendor's options of a request, under the provider's id, else under the vendor's name; and where they stand. */
export function optionsOf(
  request: { readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined },
  id: string,
): { readonly path: string; readonly value: Readonly<Record<string, unknown>> | undefined } {
  const name = request.providerOptions?.[id] === undefined ? vendor : id
  return { path: `providerOptions.${name}`, value: request.providerOptions?.[name] }
}
