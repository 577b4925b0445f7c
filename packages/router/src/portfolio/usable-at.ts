import {
  type ErrorKind,
  type FineTunedModel,
  LikenessError,
  type Portfolio,
  type Provider,
  selectModel,
} from '@likeness/core'
import { vendorsOf } from './vendors-of.js'

/** Which model of a portfolio a provider would use, or why none. */
export type Usability =
  | {
      /** `Provider.id`. */
      readonly provider: string
      readonly usable: true
      readonly model: FineTunedModel
      /** Whether the weights come from another provider than the one that loads them. */
      readonly loaded: boolean
    }
  | {
      readonly provider: string
      readonly usable: false
      /** `expired`, `no-eligible-provider`, or `unsupported` where it cannot generate at all. */
      readonly kind: ErrorKind
      readonly reason: string
    }

/**
 * A row for each provider; a router's members have one each.
 *
 * @param now - milliseconds since the epoch
 */
export function usableAt(portfolio: Portfolio, providers: readonly Provider[], now: number): readonly Usability[] {
  return vendorsOf(providers).map((vendor) => {
    const provider = vendor.id
    if (vendor.generate === undefined) {
      return { provider, usable: false, kind: 'unsupported', reason: `${provider} cannot generate.` }
    }
    try {
      const model = selectModel(portfolio, vendor, now)
      return { provider, usable: true, model, loaded: model.provider !== provider }
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      return { provider, usable: false, kind: error.kind, reason: error.message }
    }
  })
}
