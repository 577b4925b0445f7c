/** How long jobs took, in milliseconds, by {@link Pace} key. */
export interface PaceHistory {
  /** The 10th and 90th percentile of the last jobs, once there are three. */
  spread(key: string): { readonly low: number; readonly high: number } | undefined
  add(key: string, ms: number): void
}

const KEPT = 50
const ENOUGH = 3

interface Seen {
  readonly durations: number[]
  /** Worked out again once a tenth of the durations are new. */
  spread?: { readonly low: number; readonly high: number }
  fresh: number
}

function spreadOf(durations: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = [...durations].sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return { low: at(0.1), high: at(0.9) }
}

/** A history in memory. Each provider value has one, so that two accounts do not learn from each other. */
export function createPaceHistory(): PaceHistory {
  const keys = new Map<string, Seen>()
  return {
    spread(key) {
      const seen = keys.get(key)
      if (seen === undefined || seen.durations.length < ENOUGH) return undefined
      if (seen.spread === undefined || seen.fresh * 10 >= seen.durations.length) {
        seen.spread = spreadOf(seen.durations)
        seen.fresh = 0
      }
      return seen.spread
    },
    add(key, ms) {
      const seen = keys.get(key) ?? { durations: [], fresh: 0 }
      keys.set(key, seen)
      seen.fresh += 1
      if (seen.durations.push(ms) > KEPT) seen.durations.shift()
    },
  }
}
