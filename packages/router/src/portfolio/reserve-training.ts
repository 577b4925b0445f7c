import type { Ledger, LedgerSubject, Reservation } from '../ledger/types.js'
import { labelOf } from './subjects.js'
import type { TrainingPlan } from './training-plan.js'

/** What a ledger is told about the trainings of one request. */
export interface TrainingAccount {
  readonly ledger: Ledger | undefined
  /** Name of the run, for budgets. */
  readonly run: string | undefined
  readonly tags: Readonly<Record<string, string>> | undefined
  /** Key of the request that the caller made. */
  readonly request: string
}

/** A training as a ledger sees it. */
export function ledgerSubject(
  { provider, request, estimate }: TrainingPlan,
  { run, tags, request: key }: TrainingAccount,
): LedgerSubject {
  return {
    kind: 'fine-tune',
    provider: provider.id,
    idempotencyKey: request.idempotencyKey,
    request: key,
    role: 'first',
    run,
    tags,
    subject: labelOf(request.subject),
    estimate,
  }
}

/** @throws LikenessError `budget-exceeded` */
export async function reserveTraining(plan: TrainingPlan, account: TrainingAccount): Promise<Reservation | undefined> {
  return account.ledger?.reserve(ledgerSubject(plan, account))
}

/** A training and the money set aside for it; none without a ledger. */
export interface ReservedTraining {
  readonly plan: TrainingPlan
  readonly reservation: Reservation | undefined
}

/**
 * Sets money aside for all of several trainings, or for none.
 *
 * @throws LikenessError `budget-exceeded`
 */
export async function reserveAll(
  plans: readonly TrainingPlan[],
  account: TrainingAccount,
): Promise<readonly ReservedTraining[]> {
  const reserved: ReservedTraining[] = []
  try {
    for (const plan of plans) reserved.push({ plan, reservation: await reserveTraining(plan, account) })
    return reserved
  } catch (error) {
    for (const { reservation } of reserved)
      await reservation?.refund('Not sent: another training did not fit the budget.')
    throw error
  }
}
