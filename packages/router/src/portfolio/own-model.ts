import type { FineTunedModel, Portfolio, Provider } from '@likeness/core'

/** Whether the vendor has deleted a model by now, in milliseconds since the epoch. */
export function hasExpired({ expiresAt }: FineTunedModel, now: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now
}

/** The newest model that was really trained at a provider and is still there. */
export function ownModel(
  portfolio: Portfolio | undefined,
  provider: Provider,
  base: string | undefined,
  now: number,
): FineTunedModel | undefined {
  return portfolio?.models
    .filter((model) => model.provider === provider.id && model.mock !== true && !hasExpired(model, now))
    .filter((model) => base === undefined || model.base === base)
    .sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
    .at(0)
}
