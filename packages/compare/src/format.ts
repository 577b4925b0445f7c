import { type Cost, type Estimate, formatUSD } from '@likeness/core'

/** `350 ms`, `2.4 s`, `3 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** What was charged, or was expected, or `cost unknown`; an estimate says so. */
export function formatCost(cost: Cost | undefined, estimate: Estimate | undefined): string {
  if (cost !== undefined) return formatUSD(cost.amount)
  if (estimate === undefined) return 'cost unknown'
  const { minimum, maximum } = estimate
  const range = minimum === maximum ? formatUSD(minimum) : `${formatUSD(minimum)} to ${formatUSD(maximum)}`
  return `about ${range} (estimate)`
}

/** Where a figure comes from, in words. */
export function formatSource(cost: Cost | undefined): string {
  switch (cost?.source) {
    case 'vendor-response':
      return 'as the vendor answered'
    case 'vendor-api':
      return "from the vendor's billing"
    case 'price-table':
      return 'by the price table'
    case undefined:
      return ''
  }
}
