import type { Budget, RouterSettings, StrategyMode, Target } from '@likeness/router'
import type { AdapterSettings } from '../providers.js'

/** One provider in a config file: which adapter, and its settings. Strings may be `env:NAME`. */
export type ProviderConfig = {
  [Name in keyof AdapterSettings]: { readonly adapter: Name } & Omit<AdapterSettings[Name], 'clock'>
}[keyof AdapterSettings]

/**
 * One router in a config file. The providers of its targets are names from `providers`, or other names from `routers`.
 * `strategy` and `targets` may stand in place of a `target` that holds both. All of a config share what a vendor allows at
 * once, except for a router with a `breaker` of its own: it counts by itself.
 */
export type RouterConfig = Pick<RouterSettings, 'id' | 'rules' | 'onUnknown' | 'hedge' | 'breaker' | 'licences'> &
  (
    | { readonly target: Target }
    | { readonly strategy: StrategyMode; readonly targets: readonly Target[]; readonly target?: never }
  )

/** `likeness.config.{ts,js,mjs,json,yaml,yml}`. Changing the vendor of a program is an edit of this file alone. */
export interface LikenessConfig {
  /** Providers by a name of your own, e.g. `main`. @default each adapter under its own name, as without a config */
  readonly providers?: Readonly<Record<string, ProviderConfig>>
  /** Providers made of those above, by a name of your own. */
  readonly routers?: Readonly<Record<string, RouterConfig>>
  /** Which are used where none is named. */
  readonly default?: string | readonly string[]
  /** Most that may be spent; a request that could go beyond one is refused before it is sent. */
  readonly budgets?: readonly Budget[]
  /**
   * File of the ledger, relative to the config file. What is spent at an emulator is kept apart, in a file beside it.
   *
   * @default '.likeness/ledger.jsonl': beside the config file where there are budgets, so that they hold in every
   * folder; else beside the folder of job files
   */
  readonly ledger?: string
  /**
   * Points every provider at an emulator: `true` at one that lives as long as the command, `{ url }` at the control
   * address of a running `likeness emulate`. The environment variable `LIKENESS_EMULATOR` overrides it.
   *
   * @default false
   */
  readonly emulator?: boolean | { readonly url: string }
  /** Folder for pictures, relative to the config file. @default 'pictures' in the working folder */
  readonly output?: string
  /** Folder for job files, relative to the config file. @default '.likeness/jobs' in the working folder */
  readonly jobs?: string
}

/** Gives a config its type; returns it as it is. */
export function defineConfig(config: LikenessConfig): LikenessConfig {
  return config
}
