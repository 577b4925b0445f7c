import type { Capabilities } from './capabilities.js'
import type { Clock } from './clock.js'
import type { FineTune } from './fine-tune.js'
import type { Generate } from './generate.js'
import type { CallOptions } from './job.js'
import type { NanoUSD } from './money.js'
import type { Webhooks } from './webhooks.js'

/** What a vendor says about the key's account. */
export interface AccountStatus {
  /** Money left, where the vendor tells. */
  readonly balance?: NanoUSD | undefined
  /** The vendor's clock, in milliseconds since the epoch, from its `Date` header. */
  readonly serverTime?: number | undefined
}

/** The key's account at a vendor. */
export interface Account {
  /**
   * A free request that proves the key.
   *
   * @throws LikenessError `authentication` when the key is refused
   */
  check(options?: CallOptions): Promise<AccountStatus>
}

/** A vendor as code sees it. A router of several is one too. */
export interface Provider {
  readonly specificationVersion: 'v1'
  /** Name in config, handles and portfolios. One vendor may be configured twice under two ids. */
  readonly id: string
  readonly capabilities: Capabilities
  readonly fineTune?: FineTune
  readonly generate?: Generate
  readonly webhooks?: Webhooks
  readonly account?: Account
  /** The providers that this one is made of; set on a router. A model at one of them is a model here. */
  readonly members?: readonly Provider[]
  /** The clock that waiting for this provider's jobs uses. */
  readonly clock?: Clock
}

/** Whether an id is the provider's, or that of one it is made of. */
export function isNamed(provider: Provider, id: string): boolean {
  return provider.id === id || (provider.members?.some((member) => isNamed(member, id)) ?? false)
}
