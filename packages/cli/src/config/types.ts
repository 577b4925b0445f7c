import type { AdapterSettings } from '../providers.js'

/** One provider in a config file: which adapter, and its settings. Strings may be `env:NAME`. */
export type ProviderConfig = {
  [Name in keyof AdapterSettings]: { readonly adapter: Name } & Omit<AdapterSettings[Name], 'clock'>
}[keyof AdapterSettings]

/** `likeness.config.{ts,js,mjs,json,yaml,yml}`. Changing the vendor of a program is an edit of this file alone. */
export interface LikenessConfig {
  /** Providers by a name of your own, e.g. `main`. */
  readonly providers: Readonly<Record<string, ProviderConfig>>
  /** Which are used where none is named. */
  readonly default?: string | readonly string[]
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
