import type {
  Clock,
  ErrorKind,
  Estimate,
  FineTunedModel,
  FineTuneInput,
  GenerateInput,
  OnUnknown,
  Portfolio,
  Provider,
  RequestPreview,
  Warning,
} from '@likeness/core'
import type { Listener } from './events.js'
import type { Ledger } from './ledger/types.js'
import type { BreakerPolicy, Limiter } from './limits/types.js'
import type { HedgePolicy, Target } from './strategy/types.js'

/** What to do after a failure of a kind: give up, or go on with the next target. */
export type RuleAction = 'stop' | 'next'

/** Trains a subject where it is first needed. `onDemand` makes one. */
export interface OnDemandModels {
  /**
   * What training there would take, offline; `undefined` where this provider is not to be trained at.
   *
   * @throws LikenessError why it would be refused: its images, its price, or that it failed before
   */
  plan(provider: Provider, portfolio: Portfolio): Promise<OnDemandPlan | undefined>
  /**
   * The model that was trained there; concurrent calls share one training.
   *
   * @throws LikenessError what the training failed with
   */
  train(
    provider: Provider,
    portfolio: Portfolio,
    options: { readonly abortSignal?: AbortSignal | undefined },
  ): Promise<FineTunedModel>
}

/** What training on demand would take. */
export interface OnDemandPlan {
  /** `undefined` where no price is known. */
  readonly estimate?: Estimate | undefined
  /** Usual length, in milliseconds, where it is known. */
  readonly expectedMs?: number | undefined
}

export interface RouterSettings {
  /** `Provider.id` of the router. @default 'router' */
  readonly id?: string | undefined
  /** By the names that targets use. Two different providers must differ in `Provider.id` too. */
  readonly providers: Readonly<Record<string, Provider>>
  /** Which provider to ask, in what order. */
  readonly target: Target
  /** In place of the rules of the table {@link fallbackRules}. */
  readonly rules?: Partial<Readonly<Record<ErrorKind, RuleAction>>> | undefined
  /** A lost answer that the vendor cannot be asked about. @default 'fail' */
  readonly onUnknown?: OnUnknown | undefined
  /** Without it no request is sent twice. */
  readonly hedge?: HedgePolicy | undefined
  readonly breaker?: BreakerPolicy | undefined
  /** @default one in memory, without budgets, that keeps the last 1000 of what is over */
  readonly ledger?: Ledger | undefined
  /** @default one in memory */
  readonly limiter?: Limiter | undefined
  /** Name of the run, for budgets. @default a random one for each router */
  readonly run?: string | undefined
  /** Licences of weights that may be loaded elsewhere than where they were trained. @default all */
  readonly licences?: readonly string[] | undefined
  /** Trains at the next provider when it is first needed. */
  readonly onDemand?: OnDemandModels | undefined
  /** @default that of the first provider that has one, else the machine's */
  readonly clock?: Clock | undefined
  /** From 0 to 1, for `loadbalance`. @default Math.random */
  readonly random?: (() => number) | undefined
  readonly onEvent?: Listener | undefined
}

/** What would be done at one target. */
export interface TargetExplanation {
  readonly target: string
  readonly provider: string
  readonly eligible: boolean
  /** Why not. */
  readonly kind?: ErrorKind | undefined
  readonly reason?: string | undefined
  /** Id of the model that would be applied, and where it was trained. */
  readonly model?: { readonly id: string; readonly provider: string } | undefined
  /** Requests that `n` is split into. */
  readonly requests?: number | undefined
  /** What all of them would cost; absent is unknown. */
  readonly estimate?: Estimate | undefined
  /** Options that would be dropped or changed. */
  readonly warnings: readonly Warning[]
  /** The first request as it would go out, credentials masked. */
  readonly preview?: RequestPreview | undefined
  /** Training that would come first. */
  readonly onDemand?: OnDemandPlan | undefined
  /** The same for each target of this one, where it is a router itself. */
  readonly targets?: readonly TargetExplanation[] | undefined
}

/** What a router would do with a request. Nothing was sent. Plain JSON. */
export interface Explanation {
  /** Every target, those to try first in their order, then the others. */
  readonly targets: readonly TargetExplanation[]
  /** Names of the eligible targets, in the order they would be tried. */
  readonly order: readonly string[]
  /** What happens after a failure of each kind. */
  readonly rules: Readonly<Record<ErrorKind, RuleAction>>
  /** From the cheapest eligible target's lower to the dearest one's upper estimate. */
  readonly estimate?: Estimate | undefined
}

/** A provider made of providers. */
export interface Router extends Provider {
  readonly members: readonly Provider[]
  readonly ledger: Ledger
  readonly limiter: Limiter
  /** What it would do, offline. @throws LikenessError `invalid-request` where no target could take it */
  explain(request: GenerateInput & { readonly portfolio?: Portfolio | undefined }): Promise<Explanation>
  explainFineTune(request: FineTuneInput): Promise<Explanation>
  /** Adds a listener; returns how to remove it. */
  subscribe(listener: Listener): () => void
}
