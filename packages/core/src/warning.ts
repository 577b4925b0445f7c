/**
 * Something a provider could not do as asked, though the request went on. `unsupported`: the parameter was not sent.
 * `adjusted`: another value was used, and why. `notice`: anything else worth knowing.
 */
export interface Warning {
  readonly type: 'unsupported' | 'adjusted' | 'notice'
  /** `Provider.id`. */
  readonly provider: string
  /** Name of the neutral parameter or `providerOptions` path, e.g. `size`. */
  readonly parameter?: string | undefined
  readonly message: string
  /** What was given and what was used instead, where `type` is `adjusted`. */
  readonly given?: string | undefined
  readonly used?: string | undefined
}
