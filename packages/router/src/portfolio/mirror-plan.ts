import {
  createPortfolio,
  type FineTunedModel,
  type FineTuneRequest,
  LikenessError,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { refusedOption } from './check-options.js'
import type { MirrorOptions, MirrorOutcome } from './mirror-types.js'
import { ownModel } from './own-model.js'
import { checkSameSubject } from './subjects.js'
import { clockOf, planTraining, refusedTogether, type TrainingPlan } from './training-plan.js'

/** The portfolio to add to. @throws LikenessError `invalid-request` */
export function portfolioOf({ portfolio, subject }: Pick<MirrorOptions, 'portfolio' | 'subject'>): Portfolio {
  if (portfolio !== undefined) {
    if (subject !== undefined) checkSameSubject(portfolio, subject, 'subject')
    return portfolio
  }
  if (subject !== undefined) return createPortfolio(subject)
  throw refusedOption('subject', 'must be given without a portfolio')
}

function skipped(provider: Provider, model: FineTunedModel): MirrorOutcome {
  const reason = `The portfolio holds the model ${model.id}, which can be used; \`again\` trains another one.`
  return { provider: provider.id, state: 'skipped', model, reason }
}

/** Who needs a training, and who has a model already. */
export interface Needs {
  readonly missing: readonly Provider[]
  readonly skipped: readonly MirrorOutcome[]
}

export function needsOf(
  portfolio: Portfolio,
  vendors: readonly Provider[],
  { again, base, clock }: Pick<MirrorOptions, 'again' | 'base' | 'clock'>,
): Needs {
  const outcomes: MirrorOutcome[] = []
  const missing: Provider[] = []
  for (const vendor of vendors) {
    const model = again === true ? undefined : ownModel(portfolio, vendor, base, clockOf(vendor, clock).now())
    if (model === undefined) missing.push(vendor)
    else outcomes.push(skipped(vendor, model))
  }
  return { missing, skipped: outcomes }
}

/** Who would take the training, and who would refuse it. */
export interface MirrorPlans {
  readonly plans: readonly TrainingPlan[]
  readonly refused: readonly MirrorOutcome[]
}

/**
 * Checks the training at every provider, offline.
 *
 * @param mayLeaveOut - whether the others go on where some refuse
 * @param hasModel - whether there is a model anywhere, so that nobody needs to be left
 * @throws LikenessError with the refusals of all
 */
export async function planAll(
  missing: readonly Provider[],
  request: FineTuneRequest,
  mayLeaveOut: boolean,
  hasModel: boolean,
): Promise<MirrorPlans> {
  const plans: TrainingPlan[] = []
  const refusals: { readonly provider: string; readonly error: LikenessError }[] = []
  for (const provider of missing) {
    try {
      plans.push(await planTraining(provider, request))
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      refusals.push({ provider: provider.id, error: error.with({ provider: provider.id }) })
    }
  }
  const nobodyLeft = plans.length === 0 && !hasModel
  if (refusals.length > 0 && (!mayLeaveOut || nobodyLeft)) throw refusedTogether(refusals.map(({ error }) => error))
  return { plans, refused: refusals.map((refusal) => ({ ...refusal, state: 'refused' as const })) }
}
