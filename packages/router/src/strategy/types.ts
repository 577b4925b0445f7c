import type { JobKind, SubjectKind } from '@likeness/core'

/** How often to begin again at the same target. */
export interface RetryPolicy {
  /** Jobs in all at this target, for one request. @default 1 */
  readonly attempts?: number | undefined
  /** Longest wait that a vendor's `Retry-After` may ask for, in milliseconds; past it the next target is taken. @default 5000 */
  readonly maximumWaitMs?: number | undefined
}

/** What one account may be given at once. In place of what the vendor documents; `Infinity` lifts a limit. */
export interface TargetLimits {
  /** Jobs at work at the same time. */
  readonly concurrentJobs?: number | undefined
  /** Paid requests in any minute. */
  readonly requestsPerMinute?: number | undefined
}

/** A provider to try. */
export interface ProviderTarget {
  /** Its name among the router's providers. */
  readonly provider: string
  /** Name in trails and conditions; each may occur once. @default the provider's */
  readonly name?: string | undefined
  /** Share among its siblings under `loadbalance`. @default 1 */
  readonly weight?: number | undefined
  /** How long to stay with one job, in milliseconds from its start. @default the adapter's deadline */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryPolicy | undefined
  readonly limits?: TargetLimits | undefined
  /** Most that one request may cost here, in US dollars, by its estimate. */
  readonly maximumUSD?: number | undefined
  /** Id of the one model to use here, out of the portfolio. */
  readonly model?: string | undefined
}

/** Starts the same again at the next target when one is slow; the first to succeed wins. */
export interface HedgePolicy {
  /** When: milliseconds after acceptance, or the target's own 95th percentile as soon as it is known. @default 'p95' */
  readonly after?: number | 'p95' | undefined
  /** Most extra paid jobs, as a share of all paid jobs of this router. @default 0.05 */
  readonly maximumShare?: number | undefined
  /** Most that one extra job may cost, in US dollars, by its estimate. */
  readonly maximumUSD?: number | undefined
}

/** What a request must be like. All that is given must hold; of a list, one. */
export interface When {
  readonly job?: JobKind | undefined
  /** Tags of the request. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** Base of the models in the portfolio, or asked for in a training. */
  readonly base?: string | readonly string[] | undefined
  readonly subjectKind?: SubjectKind | readonly SubjectKind[] | undefined
  /** Pixels of the size asked for; a request without `size` does not fit. */
  readonly minimumPixels?: number | undefined
  readonly maximumPixels?: number | undefined
}

/** The target to take when a request fits. */
export interface Condition {
  readonly when: When
  /** Name of one of the targets beside. */
  readonly target: string
}

/**
 * In which order targets are tried. `single`: the one target, and no other. `fallback`: as listed. `loadbalance`: drawn
 * by weight, or the least busy first; the others follow. `cheapest`: by upper estimate, unknown prices last. `fastest`: by
 * measured time, unmeasured ones first, so that they get measured. `conditional`: the first condition that fits, else
 * `default`, else none.
 */
export type StrategyMode =
  | { readonly mode: 'single' | 'fallback' | 'cheapest' | 'fastest' }
  | { readonly mode: 'loadbalance'; readonly by?: 'weight' | 'least-busy' | undefined }
  | {
      readonly mode: 'conditional'
      readonly conditions: readonly Condition[]
      readonly default?: string | undefined
    }

/** Several targets and how to choose among them. */
export interface TargetGroup {
  readonly strategy: StrategyMode
  readonly targets: readonly Target[]
  readonly name?: string | undefined
  /** Share among its siblings under `loadbalance`. @default 1 */
  readonly weight?: number | undefined
}

/** A provider, or several: targets nest. */
export type Target = ProviderTarget | TargetGroup
