import type {
  Cost,
  Estimate,
  FineTunedModel,
  FineTuneInput,
  JobHandle,
  JobStatus,
  LikenessError,
  OnUnknown,
  Portfolio,
  Provider,
  Subject,
  WaitOptions,
  Warning,
} from '@likeness/core'
import type { Ledger } from '../ledger/types.js'

/** How to train, beside subject and images. The free rehearsal of one vendor is no matter for several. */
export type TrainingParameters = Omit<FineTuneInput, 'subject' | 'images' | 'mode' | 'tags'>

/** Everything `mirror` takes. */
export interface MirrorOptions extends TrainingParameters, WaitOptions {
  /** Where to train; a router stands for its members. */
  readonly providers: readonly Provider[]
  /** @default that of the portfolio */
  readonly subject?: Subject | undefined
  readonly images: FineTuneInput['images']
  /** When to resolve: at the end of all trainings, or as soon as one model is ready. @default 'all' */
  readonly mode?: 'all' | 'first-ready' | undefined
  /** What the subject has already: providers with a model in it are skipped. */
  readonly portfolio?: Portfolio | undefined
  /** Train also where the portfolio holds a model that can be used. @default false */
  readonly again?: boolean | undefined
  /** Leave providers out that would refuse, rather than train nowhere. @default false */
  readonly skipRefused?: boolean | undefined
  /** Takes each training's money. Its budgets hold for all of them together. */
  readonly ledger?: Ledger | undefined
  /** Name of the run, for budgets. */
  readonly run?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Most that all trainings may cost together, in US dollars, by their upper estimates. */
  readonly maximumUSD?: number | undefined
  /** See `RunOptions` of @likeness/core. @default 'fail' */
  readonly onUnknown?: OnUnknown | undefined
  /** Called at each change. What it throws becomes a process warning. */
  readonly onUpdate?: ((update: MirrorUpdate) => void) | undefined
  /** Reads images given as `http(s):` URLs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * How it stands at one provider. `ready`: trained now. `training`: at work at the vendor; with `error` where waiting for
 * it ended. `failed`: it ended without a model. `refused`: nothing was sent, see `error`. `skipped`: it has a model already.
 */
export interface MirrorOutcome {
  /** `Provider.id`. */
  readonly provider: string
  readonly state: 'ready' | 'training' | 'failed' | 'refused' | 'skipped'
  /** With `ready` and `skipped`. */
  readonly model?: FineTunedModel | undefined
  /** Once the vendor has accepted the training; `resume` takes it. */
  readonly handle?: JobHandle | undefined
  readonly error?: LikenessError | undefined
  /** Why it was skipped, or that it was shared, in words. */
  readonly reason?: string | undefined
  /** What it cost; absent is unknown. */
  readonly cost?: Cost | undefined
  /** What it was expected to cost; absent is unknown. */
  readonly estimate?: Estimate | undefined
  /** From the beginning to the end, in milliseconds. */
  readonly ms?: number | undefined
}

/** One change while `mirror` works. */
export interface MirrorUpdate {
  readonly outcome: MirrorOutcome
  /** What the vendor said, where the change is an answer of its. */
  readonly status?: JobStatus | undefined
}

/** One subject at several providers. */
export interface Mirror {
  /** With every model that is ready. Keep it. */
  readonly portfolio: Portfolio
  /** One for each provider, in the order they were given. */
  readonly outcomes: readonly MirrorOutcome[]
  readonly warnings: readonly Warning[]
  /** The same at the end of all trainings, where some go on. Never rejects. */
  readonly rest: Promise<Mirror> | undefined
}
