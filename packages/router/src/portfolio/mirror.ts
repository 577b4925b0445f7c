import { createPortfolio, type FineTunedModel, LikenessError, type Portfolio, type Provider } from '@likeness/core'
import { prepareFineTune } from '@likeness/core/runtime'
import { checkChoice, checkOptions, refusedOption } from './check-options.js'
import { createMirrorRecord } from './mirror-record.js'
import { followAll, type MirrorPart } from './mirror-run.js'
import type { Mirror, MirrorOptions, MirrorOutcome } from './mirror-types.js'
import { ownModel } from './own-model.js'
import { asLikenessError } from './paid-training.js'
import { reserveAll } from './reserve-training.js'
import { takePlace } from './running-trainings.js'
import { checkSameSubject, labelOf } from './subjects.js'
import { checkMaximum, clockOf, planTraining, refusedTogether, type TrainingPlan } from './training-plan.js'
import { vendorsOf } from './vendors-of.js'

/** A provider that would not take the training. */
interface Refused {
  readonly provider: Provider
  readonly error: LikenessError
}

function portfolioOf({ portfolio, subject }: MirrorOptions): Portfolio {
  if (portfolio === undefined && subject === undefined)
    throw refusedOption('subject', 'must be given without a portfolio')
  if (portfolio !== undefined && subject !== undefined) checkSameSubject(portfolio, subject, 'subject')
  return portfolio ?? createPortfolio(subject ?? { className: '' })
}

/** Splits `work` into what came of each provider. Only what Likeness throws is a refusal. */
async function attempt<Value>(
  providers: readonly Provider[],
  work: (provider: Provider) => Value | Promise<Value>,
): Promise<{ readonly done: Awaited<Value>[]; readonly refused: Refused[] }> {
  const done: Awaited<Value>[] = []
  const refused: Refused[] = []
  for (const provider of providers) {
    try {
      done.push(await work(provider))
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      refused.push({ provider, error: asLikenessError(provider.id, error.with({ provider: provider.id })) })
    }
  }
  return { done, refused }
}

function skipped(provider: Provider, model: FineTunedModel): MirrorOutcome {
  const reason = `The portfolio holds the model ${model.id}, which can be used; \`again\` trains another one.`
  return { provider: provider.id, state: 'skipped', model, reason }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  const message = 'The mirror was aborted before anything was sent.'
  throw new LikenessError({ kind: 'aborted', message, cause: signal.reason })
}

/** Takes the places of all trainings, or of none. */
function takePlaces(plans: readonly TrainingPlan[]): MirrorPart[] {
  const parts: MirrorPart[] = []
  try {
    for (const plan of plans) parts.push({ plan, ...takePlace(plan.provider, plan.request) })
    return parts
  } catch (error) {
    abandon(parts, asLikenessError('mirror', error))
    throw error
  }
}

function abandon(parts: readonly MirrorPart[], error: LikenessError): void {
  for (const part of parts) if ('place' in part) part.place.abandon(error)
}

/**
 * Trains one subject at several providers.
 *
 * Everything is checked before anything is sent: images, parameters and price at every provider, the maximum, the
 * budgets of the ledger. Providers that hold a model of the subject are skipped. After that it does not reject: what
 * became of each provider is in `outcomes`, also when none succeeded, and when `abortSignal` ends the waiting.
 *
 * With `first-ready` it resolves when one model is ready and every other training has been accepted or has failed, so
 * that no handle is lost; the others go on in `rest`.
 *
 * @example
 * const { portfolio, outcomes } = await mirror({ providers: [createFal(), createAstria()], subject, images: ['./photos'] })
 * @throws LikenessError `invalid-request`, `unsupported`, `conflict`, `budget-exceeded`: nothing was sent anywhere
 */
export async function mirror(options: MirrorOptions): Promise<Mirror> {
  checkOptions(options)
  checkChoice('mode', options.mode, ['all', 'first-ready'])
  const { providers, images, subject, mode, portfolio: held, again, skipRefused, ledger, run, ...how } = options
  const { maximumUSD, onUnknown, onUpdate, fetch, abortSignal, headers, timeoutMs, wakeups, clock, ...parameters } = how
  const portfolio = portfolioOf(options)
  const vendors = vendorsOf(providers)
  const record = createMirrorRecord(
    portfolio,
    vendors.map(({ id }) => id),
    onUpdate,
  )
  const models = new Map(
    again === true
      ? []
      : vendors.map((vendor) => [vendor, ownModel(portfolio, vendor, parameters.base, clockOf(vendor, clock).now())]),
  )
  const ready = vendors.flatMap((vendor) => {
    const model = models.get(vendor)
    return model === undefined ? [] : [skipped(vendor, model)]
  })
  const tellSkipped = () => {
    for (const outcome of ready) record.set(outcome)
  }
  const missing = vendors.filter((vendor) => models.get(vendor) === undefined)
  if (missing.length === 0) {
    tellSkipped()
    return record.mirror(undefined)
  }

  const input = { ...parameters, subject: portfolio.subject, images }
  const { request, close } = await prepareFineTune(input, { abortSignal, fetch })
  let closing = close
  try {
    const { done: plans, refused } = await attempt(missing, (provider) => planTraining(provider, request))
    if (refused.length > 0 && (skipRefused !== true || (plans.length === 0 && ready.length === 0))) {
      throw refusedTogether(refused.map(({ error }) => error))
    }
    refuseAborted(abortSignal)
    const parts = takePlaces(plans)
    const paid = parts.filter((part) => 'place' in part).map(({ plan }) => plan)
    try {
      checkMaximum(paid, maximumUSD)
      const account = { ledger, run, tags: request.tags, request: request.idempotencyKey }
      const reserved = await reserveAll(paid, account)
      tellSkipped()
      for (const { provider, error } of refused) record.set({ provider: provider.id, state: 'refused', error })
      closing = async () => {}
      return await followAll({ parts, reserved, record, options, isReady: ready.length > 0, close })
    } catch (error) {
      abandon(parts, asLikenessError(labelOf(portfolio.subject), error))
      throw error
    }
  } finally {
    await closing()
  }
}
