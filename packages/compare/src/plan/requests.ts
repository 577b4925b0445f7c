import {
  createPortfolio,
  type FineTunedModel,
  type FineTuneInput,
  type GenerateInput,
  type Portfolio,
} from '@likeness/core'
import type { ComparisonPlan } from './schema.js'
import {
  fineTuneSettings,
  generateSettings,
  givenPortfolio,
  type PlannedPicture,
  type PlannedTraining,
  subjectOf,
} from './work.js'

/** The training as a caller would ask for it. */
export function fineTuneInput(plan: ComparisonPlan, { subject, settings }: PlannedTraining): FineTuneInput {
  return { ...settings, subject: subjectOf(plan, subject), images: plan.subjects[subject]?.images ?? [] }
}

/** The picture as a caller would ask for it, without the portfolio. */
export function generateInput(plan: ComparisonPlan, picture: PlannedPicture): GenerateInput {
  const entry = plan.vendors[picture.vendor]
  const prompt = plan.prompts.find(({ id }) => id === picture.prompt)
  if (entry === undefined || prompt === undefined) throw new RangeError(`the plan does not hold ${picture.key}`)
  return {
    ...generateSettings(plan, entry),
    prompt: prompt.prompt,
    n: 1,
    seed: picture.seed,
    ...(picture.size !== undefined && { size: picture.size }),
    ...(prompt.negativePrompt !== undefined && { negativePrompt: prompt.negativePrompt }),
  }
}

/**
 * Whose picture to make: the model of its training alone, so that no entry is shown another one's model; else the
 * portfolio that the subject came with.
 *
 * @param model - what the training came to; `undefined` where there was none
 */
export function portfolioFor(
  plan: ComparisonPlan,
  picture: PlannedPicture,
  model: FineTunedModel | undefined,
): Portfolio | undefined {
  if (picture.training === undefined) return givenPortfolio(plan, picture.subject)
  return model === undefined ? undefined : createPortfolio(subjectOf(plan, picture.subject), [model])
}

/** Settings that hold for an entry once its preset is applied, for whoever shows the plan. */
export function settingsOf(plan: ComparisonPlan, vendor: string) {
  const entry = plan.vendors[vendor]
  if (entry === undefined) throw new RangeError(`the plan has no vendor ${vendor}`)
  return { fineTune: fineTuneSettings(plan, entry), generate: generateSettings(plan, entry) }
}
