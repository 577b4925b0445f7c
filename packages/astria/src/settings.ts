import type { ProviderSettings } from '@likeness/adapter-kit'
import type { GenerateRequest, JsonObject } from '@likeness/core'

/** What {@link createAstria} takes. All optional: `ASTRIA_API_KEY` in the environment is enough. */
export interface AstriaSettings extends ProviderSettings {
  /** @default 'https://api.astria.ai' */
  readonly baseURL?: string
  /**
   * Whether "idempotency" is switched on in the account's API settings: then the same title gives the existing tune
   * and the same attributes the existing prompt, so that a submit whose answer was lost may be sent again.
   * https://docs.astria.ai/docs/api/overview#idempotency (2026-08-21)
   *
   * @default false
   */
  readonly titleIdempotency?: boolean
  /**
   * Workspace that prompts are created and billed in, and that all requests are scoped to (`X-Workspace-Id`).
   *
   * @default the user's personal scope
   */
  readonly workspaceId?: number
}

/** Where Astria is. */
export const defaultBaseURL = 'https://api.astria.ai'

/** The vendor's name: where its options stand in a request whose provider has another id. */
const vendor = 'astria'

/** `Provider.id`. */
export function providerId(settings: AstriaSettings): string {
  return settings.id ?? vendor
}

/** One provider's options as they came, and where they stand. */
export interface RawOptions {
  readonly path: string
  readonly value: JsonObject
}

/** The options under the provider's id, else under `astria`. */
export function rawOptions(id: string, { providerOptions = {} }: Pick<GenerateRequest, 'providerOptions'>): RawOptions {
  const name = Object.hasOwn(providerOptions, id) ? id : vendor
  return { path: `providerOptions.${name}`, value: providerOptions[name] ?? {} }
}

/** The header that scopes a request to a workspace. */
export function workspaceHeaders(workspaceId: unknown): Record<string, string> {
  return typeof workspaceId === 'number' ? { 'x-workspace-id': String(workspaceId) } : {}
}
