import { type Cost, type Estimate, formatUSD } from '@likeness/core'

/** `350 ms`, `2.4 s`, `3 min 5 s`. */
export function formatDuration(ms: number): string {
  // Each unit by what is shown of it: 999.6 ms would else read 1000 ms, and 4 min 59.8 s 4 min 60 s.
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  if (Math.round(ms / 100) < 600) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
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
