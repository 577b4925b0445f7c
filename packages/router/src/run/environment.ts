import type { Clock, ErrorKind, OnUnknown, Provider } from '@likeness/core'
import type { Emitter } from '../emitter.js'
import type { Ledger } from '../ledger/types.js'
import type { HedgeQuota } from '../limits/hedge-quota.js'
import type { Latencies } from '../limits/latencies.js'
import type { Limiter } from '../limits/types.js'
import type { Leaf, Node } from '../strategy/node.js'
import type { HedgePolicy } from '../strategy/types.js'
import type { OnDemandModels, RuleAction } from '../types.js'

/** A router's settings with their defaults, and what it remembers. */
export interface Environment {
  readonly id: string
  readonly root: Node
  readonly leaves: readonly Leaf[]
  readonly members: readonly Provider[]
  /** Every provider that the settings name, also those that no target uses: weights may come from them. */
  readonly sources: readonly Provider[]
  readonly rules: Readonly<Record<ErrorKind, RuleAction>>
  readonly onUnknown: OnUnknown
  readonly hedge: HedgePolicy | undefined
  readonly quota: HedgeQuota
  readonly ledger: Ledger
  readonly limiter: Limiter
  readonly latencies: Latencies
  readonly emitter: Emitter
  readonly run: string
  readonly licences: readonly string[] | undefined
  readonly onDemand: OnDemandModels | undefined
  readonly clock: Clock
  readonly random: () => number
}

/** One account's job, as a key. */
export function jobKey({ provider, id }: { readonly provider: string; readonly id: string }): string {
  return JSON.stringify([provider, id])
}
