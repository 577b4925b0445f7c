import {
  type Clock,
  type Estimate,
  type FineTuneRequest,
  formatUSD,
  LikenessError,
  nanoUSD,
  type PreflightProblem,
  type Provider,
  preflight,
  systemClock,
  type Warning,
} from '@likeness/core'
import { imageNotices, refusedImages, trainingAt } from '@likeness/core/runtime'

/** A training that would be accepted, as far as that can be told offline. */
export interface TrainingPlan {
  readonly provider: Provider
  readonly request: FineTuneRequest
  /** `undefined` where no price is known. */
  readonly estimate: Estimate | undefined
  readonly warnings: readonly Warning[]
}

/** The clock to use with a provider. */
export function clockOf(provider: Provider, clock: Clock | undefined): Clock {
  return clock ?? provider.clock ?? systemClock
}

/**
 * Checks a training at one provider, offline: what it can do, its images, its parameters, its price.
 *
 * @throws LikenessError `unsupported`, `invalid-request`
 */
export async function planTraining(provider: Provider, request: FineTuneRequest): Promise<TrainingPlan> {
  const { fineTune, capabilities } = trainingAt(provider)
  const problems: readonly PreflightProblem[] = preflight(request.images, capabilities.images)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw refusedImages(provider.id, errors)
  const own = { ...request, idempotencyKey: `${request.idempotencyKey}-${provider.id}` }
  const warnings = [...imageNotices(provider.id, problems), ...(await fineTune.validate(own))]
  return { provider, request: own, estimate: fineTune.estimate(own), warnings }
}

/** Several refusals as one, so that all of them can be put right at once. */
export function refusedTogether(refusals: readonly LikenessError[]): LikenessError {
  const [first] = refusals
  if (first === undefined || refusals.length === 1) return first ?? new LikenessError(noRefusal)
  const same = refusals.every(({ kind }) => kind === first.kind)
  return new LikenessError({
    kind: same ? first.kind : 'invalid-request',
    message: refusals.map(({ message }) => message).join(' '),
    fields: refusals.flatMap(({ provider, fields = [] }) =>
      fields.map(({ field, message }) => ({ field, message: `${provider}: ${message}` })),
    ),
    causes: refusals,
    hint: 'Nothing was sent to any provider. `skipRefused` goes on with the others.',
  })
}

const noRefusal = { kind: 'invalid-request', message: 'No provider was given.' } as const

/**
 * Keeps the upper bounds of several trainings below what may be spent.
 *
 * @throws LikenessError `budget-exceeded`, also where a price is unknown: it could be anything
 */
export function checkMaximum(plans: readonly TrainingPlan[], maximumUSD: number | undefined): void {
  if (maximumUSD === undefined || plans.length === 0) return
  const names = plans.map(({ provider }) => provider.id).join(', ')
  const refuse = (message: string) =>
    new LikenessError({
      kind: 'budget-exceeded',
      message: `Training at ${names}: ${message}. Nothing was sent.`,
      fields: [{ field: 'maximumUSD', message }],
    })
  const unpriced = plans.filter(({ estimate }) => estimate === undefined).map(({ provider }) => provider.id)
  if (unpriced.length > 0) throw refuse(`the price at ${unpriced.join(', ')} is unknown, so no maximum can be kept`)
  const sum = plans.reduce((total, { estimate }) => total + (estimate?.maximum ?? 0), 0)
  if (sum > nanoUSD(maximumUSD)) {
    throw refuse(`may cost ${formatUSD(sum)}, maximumUSD is ${formatUSD(nanoUSD(maximumUSD))}`)
  }
}
