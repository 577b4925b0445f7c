import type {
  Clock,
  FineTunedModel,
  FineTuneInput,
  OnUnknown,
  Portfolio,
  Provider,
  Subject,
  Wakeups,
} from '@likeness/core'
import type { Ledger } from '../ledger/types.js'
import type { TrainingParameters } from './mirror-types.js'

type Images = FineTuneInput['images']

/** Whose photos to train on. */
export type OnDemandImages =
  /** Those of one subject, which must have a name: portfolios of others are refused by it. They are read at each need: streams, which can be read once, are refused. */
  | { readonly subject: Subject; readonly images: Images }
  /** Those of the subject of a portfolio. */
  | { readonly subject?: undefined; readonly images: (portfolio: Portfolio) => Images | Promise<Images> }

/** Everything `onDemand` takes beside the images. */
export interface OnDemandSettings extends Omit<TrainingParameters, 'idempotencyKey'> {
  /** Where to train at all. @default wherever a model is needed */
  readonly providers?: readonly Provider[] | undefined
  /** Takes each training's money. */
  readonly ledger?: Ledger | undefined
  /** Name of the run, for budgets. */
  readonly run?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Most that one training may cost, in US dollars, by its upper estimate. */
  readonly maximumUSD?: number | undefined
  /** How long to wait for one training, in milliseconds from its start. @default the adapter's */
  readonly timeoutMs?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly wakeups?: Wakeups | undefined
  readonly clock?: Clock | undefined
  /** See `RunOptions` of @likeness/core. @default 'fail' */
  readonly onUnknown?: OnUnknown | undefined
  /** Reads images given as `http(s):` URLs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * Keep the model, and the portfolio that has it now: it is paid for. Called once for each training. What it throws
   * becomes a process warning.
   */
  readonly onTrained: (model: FineTunedModel, portfolio: Portfolio) => void | Promise<void>
}

/** Everything `onDemand` takes. */
export type OnDemandOptions = OnDemandSettings & OnDemandImages
