import type { Clock, NanoUSD, Provider } from '@likeness/core'
import type { Backend, BackendOperation, BackendOptions, BackendSettings } from './backend.js'
import type { Fixture } from './fixture.js'

/** What a provider is created from: the backend's settings, and what the kit sets itself. */
export type Environment<Settings extends BackendSettings = BackendSettings> = Omit<Settings, 'apiKey'> & {
  /** A function in the case that asks when the key is read. */
  readonly apiKey: string | (() => string | Promise<string>)
  readonly clock: Clock
  /** Secret of the signed token in callback URLs. */
  readonly webhookSecret: string
  /** `Provider.id`; absent where the default is meant. */
  readonly id?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Until an answer has been read, in milliseconds; set in the cases where the vendor never answers. */
  readonly timeoutMs?: number
}

/**
 * A case that is known not to hold, and why. It is reported as skipped. A title that does not exist is an error, and so is
 * a gap that is none any more.
 */
export interface KnownGap {
  /** `group > title`, as the test report shows it. */
  readonly test: string
  readonly reason: string
  /** Where the vendor documents it, or where it is being worked on. */
  readonly url?: string
}

/** An answer of the vendor that cannot be provoked by a neutral fault. */
export interface Reply {
  /** Which request gets it. */
  readonly operation: BackendOperation
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: string
}

/** Answers in the vendor's own format; the cases that need one that is not given are skipped. */
export interface VendorReplies {
  /** A status read whose state has a name that nobody has heard of, for a fine-tune. */
  readonly unknownFineTuneState?: (jobId: string) => Reply
  /** The same for a generation. */
  readonly unknownGenerationState?: (jobId: string) => Reply
  /** The result of a generation of two pictures of which only the first came. */
  readonly partialResult?: (jobId: string) => Reply
}

/** Values for neutral parameters that this vendor accepts, where the kit's own would be out of its range. */
export interface VendorParameters {
  readonly fineTune?: {
    readonly className?: string
    readonly steps?: number
    readonly learningRate?: number
    readonly rank?: number
    readonly base?: string
  }
  readonly generate?: {
    readonly steps?: number
    readonly guidanceScale?: number
    readonly strength?: number
    readonly imageStrength?: number
  }
}

/** How to run against the real vendor: with `LIKENESS_LIVE=1` and a key, never otherwise. */
export interface LiveVendor<Settings extends BackendSettings> {
  /** Environment variable that holds the key, e.g. `FAL_KEY`. */
  readonly key: string
  /** Most that a run may cost, by the adapter's own estimates. Cases beyond it are skipped. */
  readonly spendCap: NanoUSD
  /** Other settings than the adapter's defaults. */
  readonly settings?: Omit<Settings, 'apiKey' | 'fetch'>
}

/** A vendor under test: its adapter, and something that stands for the vendor. */
export interface VendorUnderTest<Settings extends BackendSettings = BackendSettings> {
  /** A new provider. Usually `(env) => createVendor({ ...env })`. */
  create(environment: Environment<Settings>): Provider
  /** A new, empty vendor. Called once for every case. */
  backend(options: BackendOptions): Backend<Settings> | Promise<Backend<Settings>>
  readonly known?: readonly KnownGap[]
  readonly parameters?: VendorParameters
  readonly replies?: VendorReplies
  /** Answers of the real vendor; both the adapter and the backend are held against them. */
  readonly fixtures?: readonly Fixture[]
  /**
   * For vendors with one callback URL for the whole account: makes `url` that URL (and with its token, if the adapter
   * proves callbacks so), and returns what was registered.
   */
  readonly registerWebhook?: (provider: Provider, backend: Backend<Settings>, url: string) => Promise<string>
  readonly live?: LiveVendor<Settings>
}
