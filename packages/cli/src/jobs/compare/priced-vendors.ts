import type { ComparisonPlan, PricedPlan } from '@likeness/compare'
import { formatUSD, type NanoUSD } from '@likeness/core'
import { table } from '../../table.js'

/** What the paid requests of one vendor of the plan are expected to cost. */
export interface PricedVendor {
  /** Its name in the plan. */
  readonly name: string
  readonly provider: string
  /** A training that several vendors share counts at the first of them. */
  readonly calls: { readonly fineTune: number; readonly generation: number; readonly warmUp: number }
  readonly minimum: NanoUSD
  readonly maximum: NanoUSD
  /** Requests without a known price; the amounts leave them out. */
  readonly unpriced: number
  /** Whose trainings it uses besides its own. */
  readonly shares: readonly string[]
}

/**
 * The paid requests by vendor. Their sums are those of the plan.
 *
 * @param counts - whether a request, by its key, is to be counted
 */
export function pricedVendors(
  plan: ComparisonPlan,
  { work, items }: PricedPlan,
  counts: (key: string) => boolean = () => true,
): PricedVendor[] {
  const estimates = new Map(items.map(({ key, estimate }) => [key, estimate]))
  return Object.entries(plan.vendors).map(([name, { provider }]) => {
    const used = work.trainings.filter(({ vendors }) => vendors.includes(name))
    const trainings = used.filter(({ key, vendors }) => vendors[0] === name && counts(key))
    const pictures = work.pictures.filter(({ key, vendor }) => vendor === name && counts(key))
    const known = [...trainings, ...pictures].flatMap(({ key }) => estimates.get(key) ?? [])
    const warmUp = pictures.filter((picture) => picture.warmUp).length
    return {
      name,
      provider,
      calls: { fineTune: trainings.length, generation: pictures.length - warmUp, warmUp },
      minimum: known.reduce((sum, { minimum }) => sum + minimum, 0),
      maximum: known.reduce((sum, { maximum }) => sum + maximum, 0),
      unpriced: trainings.length + pictures.length - known.length,
      shares: [...new Set(used.flatMap(({ vendors }) => vendors[0] ?? []))].filter((first) => first !== name),
    }
  })
}

function range(minimum: NanoUSD, maximum: NanoUSD, unpriced: number): string {
  const known = minimum === maximum ? formatUSD(maximum) : `${formatUSD(minimum)} to ${formatUSD(maximum)}`
  return unpriced === 0 ? known : `${known} and ${unpriced} of unknown price`
}

const sumOf = (vendors: readonly PricedVendor[], of: (vendor: PricedVendor) => number) =>
  vendors.reduce((sum, vendor) => sum + of(vendor), 0)

/** Paid requests in all. */
export function callsOf(vendors: readonly PricedVendor[]): number {
  return sumOf(vendors, ({ calls }) => calls.fineTune + calls.generation + calls.warmUp)
}

/** Vendors, kinds of paid requests, and what they cost, with a last line of the whole. */
export function pricedTable(vendors: readonly PricedVendor[]): string {
  const rows = vendors.map(({ name, provider, calls, minimum, maximum, unpriced, shares }) => [
    name,
    provider,
    shares.length > 0 && calls.fineTune === 0 ? `as ${shares.join(', ')}` : String(calls.fineTune),
    String(calls.generation),
    String(calls.warmUp),
    range(minimum, maximum, unpriced),
  ])
  const whole = [
    'total',
    '',
    String(sumOf(vendors, ({ calls }) => calls.fineTune)),
    String(sumOf(vendors, ({ calls }) => calls.generation)),
    String(sumOf(vendors, ({ calls }) => calls.warmUp)),
    `${range(
      sumOf(vendors, ({ minimum }) => minimum),
      sumOf(vendors, ({ maximum }) => maximum),
      sumOf(vendors, ({ unpriced }) => unpriced),
    )} for ${callsOf(vendors)} paid requests`,
  ]
  return table([['vendor', 'provider', 'fine-tune', 'generation', 'warm-up', 'cost'], ...rows, whole])
}
