import { LikenessError } from '@likeness/core'
import { prepareFineTune } from '@likeness/core/runtime'
import { checkChoice, checkOptions } from './check-options.js'
import { needsOf, planAll, portfolioOf } from './mirror-plan.js'
import { createMirrorRecord } from './mirror-record.js'
import { followAll, type MirrorPart } from './mirror-run.js'
import type { Mirror, MirrorOptions } from './mirror-types.js'
import { asLikenessError } from './paid-training.js'
import { type ReservedTraining, reserveAll, type TrainingAccount } from './reserve-training.js'
import { takePlace } from './running-trainings.js'
import { checkMaximum, type TrainingPlan } from './training-plan.js'
import { vendorsOf } from './vendors-of.js'

function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  const message = 'The mirror was aborted before anything was sent.'
  throw new LikenessError({ kind: 'aborted', message, cause: signal.reason })
}

/** Trainings whose places are taken and whose money is set aside. */
interface Committed {
  readonly parts: readonly MirrorPart[]
  readonly reserved: readonly ReservedTraining[]
}

/**
 * Takes the places of all trainings and sets their money aside, or of none.
 *
 * @throws LikenessError `conflict`, `budget-exceeded`
 */
async function commit(
  plans: readonly TrainingPlan[],
  account: TrainingAccount,
  maximumUSD: number | undefined,
): Promise<Committed> {
  const parts: MirrorPart[] = []
  try {
    for (const plan of plans) parts.push({ plan, ...takePlace(plan.provider, plan.request) })
    const paid = parts.filter((part) => 'place' in part && part.place.open === undefined).map(({ plan }) => plan)
    checkMaximum(paid, maximumUSD)
    return { parts, reserved: await reserveAll(paid, account) }
  } catch (error) {
    for (const part of parts) {
      if ('place' in part) part.place.abandon(asLikenessError(part.plan.provider.id, error))
    }
    throw error
  }
}

/**
 * Trains one subject at several providers.
 *
 * Everything is checked before anything is sent: images, parameters and price at every provider, the maximum, the
 * budgets of the ledger. Providers that hold a model of the subject are skipped. After that it does not reject: what
 * became of each provider is in `outcomes`, also when none succeeded, and when `abortSignal` or `timeoutMs` ends the
 * waiting. A training that went on then is gone on with, not paid for again, by the next mirror in the same process.
 *
 * With `first-ready` it resolves when one model is ready and every other training has been accepted or has failed, so
 * that no handle is lost; the others go on in `rest`.
 *
 * @example
 * const { portfolio, outcomes } = await mirror({ providers: [createFal(), createAstria()], subject, images: ['./photos'] })
 * @throws LikenessError `invalid-request`, `unsupported`, `conflict`, `budget-exceeded`, `aborted`: nothing was sent
 */
export async function mirror(options: MirrorOptions): Promise<Mirror> {
  checkOptions(options)
  checkChoice('mode', options.mode, ['all', 'first-ready'])
  const { providers, images, subject, mode, portfolio: held, again, skipRefused, ledger, run, ...how } = options
  const { maximumUSD, onUnknown, onUpdate, fetch, abortSignal, headers, timeoutMs, wakeups, clock, ...parameters } = how
  const portfolio = portfolioOf({ portfolio: held, subject })
  const vendors = vendorsOf(providers)
  const ids = vendors.map(({ id }) => id)
  const record = createMirrorRecord(portfolio, ids, onUpdate)
  const { missing, skipped } = needsOf(portfolio, vendors, { again, base: parameters.base, clock })
  if (missing.length === 0) {
    for (const outcome of skipped) record.set(outcome)
    return record.mirror(undefined)
  }

  const input = { ...parameters, subject: portfolio.subject, images }
  const { request, close } = await prepareFineTune(input, { abortSignal, fetch })
  let committed: Committed
  try {
    const { plans, refused } = await planAll(missing, request, skipRefused === true, skipped.length > 0)
    refuseAborted(abortSignal)
    const account = { ledger, run, tags: request.tags, request: request.idempotencyKey }
    committed = await commit(plans, account, maximumUSD)
    for (const outcome of [...skipped, ...refused]) record.set(outcome)
  } catch (error) {
    await close()
    throw error
  }
  return followAll({ ...committed, record, options, isReady: skipped.length > 0, close })
}
