/** How long jobs took, by target. The latest of each are kept. */
export interface Latencies {
  record(key: string, ms: number): void
  /** The time that a `share` (0 to 1) of the jobs stayed within; `undefined` until there are 20 of them. */
  percentile(key: string, share: number): number | undefined
  /** `undefined` until there is one. */
  median(key: string): number | undefined
}

const kept = 200
const fewest = 20

/** By nearest rank: a time that was measured, never one between two. */
function rank(times: readonly number[], share: number): number | undefined {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted.find((_, index) => (index + 1) / sorted.length >= share)
}

/** Nothing measured yet. */
export function createLatencies(): Latencies {
  const times = new Map<string, number[]>()
  return {
    record(key, ms) {
      // A machine's clock may be set back while a job is at work.
      const measured = times.get(key) ?? []
      measured.push(Math.max(0, ms))
      if (measured.length > kept) measured.shift()
      times.set(key, measured)
    },
    percentile(key, share) {
      const measured = times.get(key) ?? []
      return measured.length < fewest ? undefined : rank(measured, share)
    },
    median: (key) => rank(times.get(key) ?? [], 0.5),
  }
}
