import type { ComparisonPlan } from '@likeness/compare'
import { formatUSD, type NanoUSD, nanoUSD } from '@likeness/core'
import type { Session } from '../../session.js'
import { askForCost } from '../agree-on-cost.js'
import { callsOf, type PricedVendor, pricedTable } from './priced-vendors.js'
import type { RunPlace } from './run-place.js'

/** A judge is asked, and paid, also where the vendors are emulated. */
export interface PricedJudge {
  /** Nano-USD at most. */
  readonly limit: NanoUSD
  /** Model, or module that gives one. */
  readonly model: string
}

/** The judge that a plan names. */
export function judgeOf({ scorers }: Pick<ComparisonPlan, 'scorers'>): PricedJudge | undefined {
  const { judge } = scorers
  return judge && { limit: nanoUSD(judge.limitUSD), model: judge.model ?? judge.module ?? '' }
}

/** `judge openai/gpt: up to $2.00, besides; photos and pictures are sent there` */
export function judgeText({ limit, model }: PricedJudge): string {
  return `judge ${model}: up to ${formatUSD(limit)} besides; photos and pictures are sent there`
}

function tellOfRun(session: Session, { plan, begun }: RunPlace, vendors: readonly PricedVendor[]): void {
  if (begun !== undefined) {
    const { items, spent, committed } = begun.summary
    const left = callsOf(vendors)
    const atMost = committed > spent ? ` (${formatUSD(committed)} at most)` : ''
    const sent = `${items.length - left} of ${items.length} paid requests are sent`
    session.note(`going on: ${sent}, ${formatUSD(spent)} spent${atMost}; ${left} are left.`)
  }
  session.note(pricedTable(vendors).trimEnd())
  session.note(`budget: ${formatUSD(nanoUSD(plan.budget.limitUSD))}`)
}

/**
 * Tells what will be paid, and makes sure that it is wanted.
 *
 * @param vendors - `undefined` where nothing is left to pay them for
 * @throws LikenessError `budget-exceeded` where nobody agrees
 */
export async function agree(
  session: Session,
  place: RunPlace,
  vendors: readonly PricedVendor[] | undefined,
  { yes, scores }: { readonly yes: boolean; readonly scores: boolean },
): Promise<void> {
  const judge = scores ? judgeOf(place.plan) : undefined
  if (vendors !== undefined) tellOfRun(session, place, vendors)
  // Pricing the vendors has told of the judge.
  else if (judge !== undefined) session.note(judgeText(judge))
  const paid = vendors === undefined || (await session.providers()).emulated ? [] : vendors
  const isKnown = paid.every(({ unpriced }) => unpriced === 0)
  const maximum = paid.reduce((sum, vendor) => sum + vendor.maximum, judge?.limit ?? 0)
  await askForCost(session, isKnown ? maximum : undefined, { yes })
}
