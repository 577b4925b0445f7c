import type { Clock, NanoUSD, Price } from '@likeness/core'

/** What every adapter takes. All optional: a key in the environment is enough. */
export interface ProviderSettings {
  /** Name of this provider in config, handles and portfolios. @default the vendor's name */
  readonly id?: string
  /** The vendor's API key, or a function that yields it at each call. @default the vendor's environment variable, read at each call */
  readonly apiKey?: string | (() => string | Promise<string>)
  /** Extra HTTP headers for every request to the vendor. */
  readonly headers?: Readonly<Record<string, string>>
  /** Used for every request instead of undici's own `request`. */
  readonly fetch?: typeof globalThis.fetch
  /** @default the machine's */
  readonly clock?: Clock
  /** Until an answer has been read, in milliseconds. @default 60 000; uploads and downloads have their own */
  readonly timeoutMs?: number
  /** How often a request that may be sent again is sent again. @default 3 */
  readonly maxRetries?: number
  /** Fastest polling of a job, in milliseconds. @default what the vendor bears */
  readonly minimumPollMs?: number
  /** Secret of the signed token in callback URLs, for vendors that do not sign. At least 16 characters. */
  readonly webhookSecret?: string
  /** Price table entries that replace the built-in ones, by name. */
  readonly prices?: Readonly<Record<string, Price | { readonly amount: NanoUSD }>>
  /**
   * Hosts, as `host` or `host:port`, that uploads and result downloads may go to although they are private addresses.
   * The hosts of the configured base URLs are always among them.
   */
  readonly allowedHosts?: readonly string[]
}
