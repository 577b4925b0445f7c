/** How long jobs took, in milliseconds, by {@link Pace} key. */
export interface PaceHistory {
  /** The 10th and 90th percentile of the last jobs, once there are three. */
  spread(key: string): { readonly low: number; readonly high: number } | undefined
  add(key: string, ms: number): void
}

const KEPT = 50
const ENOUGH = 3

/** A history in memory. Each provider value has one, so that two accounts do not learn from each other. */
export function createPaceHistory(): PaceHistory {
  const durations = new Map<string, number[]>()
  return {
    spread(key) {
      const seen = durations.get(key)
      if (seen === undefined || seen.length < ENOUGH) return undefined
      const sorted = [...seen].sort((one, other) => one - other)
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
      return { low: at(0.1), high: at(0.9) }
    },
    add(key, ms) {
      const seen = durations.get(key)
      if (seen === undefined) durations.set(key, [ms])
      else if (seen.push(ms) > KEPT) seen.shift()
    },
  }
}
