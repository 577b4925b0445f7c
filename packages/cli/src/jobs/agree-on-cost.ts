import { type Estimate, formatUSD, LikenessError } from '@likeness/core'
import type { Session } from '../session.js'

/** What a request will cost at one provider, as far as it is known. */
export interface PricedRequest {
  readonly provider: string
  readonly estimate: Estimate | undefined
}

/** Limits on what a command may spend. */
export interface CostFlags {
  /** Nano-USD. */
  readonly maxCost?: number
  readonly yes?: boolean
}

/** `$2.00`, `$2.00 to $6.00`, `unknown`. */
export function formatEstimate(estimate: Estimate | undefined): string {
  if (estimate === undefined) return 'unknown'
  const { minimum, maximum } = estimate
  return minimum === maximum ? formatUSD(maximum) : `${formatUSD(minimum)} to ${formatUSD(maximum)}`
}

/** The estimates of one provider's requests as one; `undefined` as soon as one of them is unknown. */
function together(estimates: readonly (Estimate | undefined)[]): Estimate | undefined {
  const known = estimates.filter((estimate) => estimate !== undefined)
  const [first] = known
  if (first === undefined || known.length < estimates.length) return undefined
  return {
    minimum: known.reduce((sum, { minimum }) => sum + minimum, 0),
    maximum: known.reduce((sum, { maximum }) => sum + maximum, 0),
    currency: 'USD',
    lines: known.flatMap(({ lines }) => lines),
    asOf: first.asOf,
  }
}

function total(requests: readonly PricedRequest[]): number | undefined {
  return requests.reduce<number | undefined>(
    (sum, { estimate }) => (sum === undefined || estimate === undefined ? undefined : sum + estimate.maximum),
    0,
  )
}

function overBudget(message: string): LikenessError {
  return new LikenessError({ kind: 'budget-exceeded', message: `${message} Nothing was sent.` })
}

/**
 * Shows what the requests will cost, and makes sure that it is wanted.
 *
 * @param ask - whether a person must agree (trainings), or a limit is enough (pictures)
 * @throws LikenessError `budget-exceeded` above `--max-cost`, or where nobody agrees
 */
export async function agreeOnCost(
  session: Session,
  requests: readonly PricedRequest[],
  flags: CostFlags,
  ask: boolean,
): Promise<void> {
  const sum = total(requests)
  for (const provider of new Set(requests.map((request) => request.provider))) {
    const estimates = requests.filter((request) => request.provider === provider).map(({ estimate }) => estimate)
    const estimate = together(estimates)
    const asOf = estimate === undefined ? '' : ` (prices of ${estimate.asOf})`
    const count = estimates.length === 1 ? '' : ` for ${estimates.length} requests`
    session.note(`estimate: ${provider}: ${formatEstimate(estimate)}${count}${asOf}`)
  }
  const { maxCost, yes } = flags
  if (maxCost !== undefined) {
    if (sum === undefined) throw overBudget('The cost is not known beforehand, so --max-cost cannot be kept.')
    if (sum > maxCost) throw overBudget(`It may cost ${formatUSD(sum)}, and --max-cost is ${formatUSD(maxCost)}.`)
  }
  const { emulated } = await session.providers()
  if (ask && maxCost === undefined && !emulated) {
    await askForCost(session, sum, { yes, ways: '--yes, or set --max-cost' })
  }
}

/**
 * Makes sure that a cost is wanted. Nobody is asked about nothing.
 *
 * @param sum - nano-USD at most; `undefined` where it is not known
 * @param options - `ways`: how to agree where nobody can be asked
 * @throws LikenessError `budget-exceeded` where nobody agrees, or nobody can be asked
 */
export async function askForCost(
  session: Session,
  sum: number | undefined,
  { yes, ways = '--yes' }: { readonly yes: boolean | undefined; readonly ways?: string },
): Promise<void> {
  if (yes || sum === 0) return
  const cost = sum === undefined ? 'an amount that is not known' : `up to ${formatUSD(sum)}`
  const { confirm } = session.io
  if (confirm === undefined || session.structured) {
    throw overBudget(`This will cost ${cost}; agree to it with ${ways}.`)
  }
  if (!(await confirm(`This will cost ${cost}. Go on?`))) throw overBudget('Not agreed to.')
}
