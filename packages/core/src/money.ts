/** US dollars as integer nano-dollars: 1 USD = 1 000 000 000. Integers add up exactly. */
export type NanoUSD = number

/** Where a cost figure comes from, best first. */
export type CostSource = 'vendor-response' | 'vendor-api' | 'price-table'

/** One position of a cost: `quantity` units at `unitAmount` make `amount`. */
export interface CostLine {
  readonly label: string
  /** How many units; need not be whole (1.57 megapixels). */
  readonly quantity: number
  /** What is counted: `image`, `megapixel`, `step`, `run`. */
  readonly unit: string
  /** Price of one unit. `undefined` where only the sum is known. */
  readonly unitAmount?: NanoUSD | undefined
  readonly amount: NanoUSD
}

/** What something cost. An unknown cost is `undefined`, never a zero. */
export interface Cost {
  readonly amount: NanoUSD
  readonly currency: 'USD'
  readonly source: CostSource
  readonly lines: readonly CostLine[]
}

/** What a request will cost, worked out offline. `maximum` is what a budget reserves. */
export interface Estimate {
  readonly minimum: NanoUSD
  readonly maximum: NanoUSD
  readonly currency: 'USD'
  readonly lines: readonly CostLine[]
  /** The day the price table was read from the vendor, as `YYYY-MM-DD`. */
  readonly asOf: string
}

/** The figure of a price table. */
export interface Price {
  /** Price of one `unit`. */
  readonly amount: NanoUSD
  readonly unit: string
  /** The fewest units that are charged. */
  readonly minimumUnits?: number
  /** The day the figure was read, as `YYYY-MM-DD` or `YYYY-MM`. */
  readonly asOf: string
  /** The document the figure comes from, and how sure it is. */
  readonly source: string
}

const NANO = 1_000_000_000

/** `nanoUSD(0.035)` is 35 000 000. Rounds to the nearest nano-dollar. */
export function nanoUSD(dollars: number): NanoUSD {
  return Math.round(dollars * NANO)
}

/** `formatUSD(35_000_000)` is `$0.035`: at least two decimals, as many as the figure needs, up to nine. */
export function formatUSD(amount: NanoUSD): string {
  const sign = amount < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(amount) / NANO)
  const decimals = String(Math.abs(amount) % NANO)
    .padStart(9, '0')
    .replace(/0+$/, '')
    .padEnd(2, '0')
  return `${sign}$${whole}.${decimals}`
}

/** The line for `quantity` units of a price; fewer than the minimum are charged as the minimum. */
export function priceLine(label: string, price: Price, quantity: number): CostLine {
  const charged = Math.max(quantity, price.minimumUnits ?? 0)
  return {
    label,
    quantity: charged,
    unit: price.unit,
    unitAmount: price.amount,
    amount: Math.round(charged * price.amount),
  }
}

/** The sum of lines. */
export function sumLines(lines: readonly CostLine[]): NanoUSD {
  return lines.reduce((sum, line) => sum + line.amount, 0)
}

/** A cost from its lines. */
export function costOf(source: CostSource, lines: readonly CostLine[]): Cost {
  return { amount: sumLines(lines), currency: 'USD', source, lines }
}

/** An estimate from its lines; `maximum` where the vendor may charge more than the lines say. */
export function estimateOf(asOf: string, lines: readonly CostLine[], maximum?: NanoUSD): Estimate {
  const sum = sumLines(lines)
  return { minimum: sum, maximum: Math.max(sum, maximum ?? sum), currency: 'USD', lines, asOf }
}

/** The sum of costs; `undefined` as soon as one of them is unknown. */
export function sumCosts(costs: readonly (Cost | undefined)[]): Cost | undefined {
  const known = costs.filter((cost) => cost !== undefined)
  if (known.length === 0 || known.length < costs.length) return undefined
  const worst = (['price-table', 'vendor-api'] as const).find((source) => known.some((cost) => cost.source === source))
  return costOf(
    worst ?? 'vendor-response',
    known.flatMap((cost) => cost.lines),
  )
}
