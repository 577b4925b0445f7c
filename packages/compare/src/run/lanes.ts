import type { Clock, Provider } from '@likeness/core'
import type { ComparisonPlan } from '../plan/schema.js'

const defaultConcurrency = 2

/** How many paid jobs of a provider may be under way. */
export function concurrencyAt({ concurrency }: ComparisonPlan, name: string, { capabilities }: Provider): number {
  const wanted = concurrency[name] ?? defaultConcurrency
  return Math.min(wanted, capabilities.limits?.concurrentJobs ?? wanted)
}

/** Spreads paid requests over time, where the account is allowed only so many a minute. */
export function createTurns({ capabilities }: Provider, clock: Clock, signal: AbortSignal): () => Promise<void> {
  const { requestsPerMinute } = capabilities.limits ?? {}
  if (requestsPerMinute === undefined) return async () => {}
  let next = 0
  return async () => {
    const now = clock.now()
    const at = Math.max(now, next)
    next = at + 60_000 / requestsPerMinute
    if (at > now) await clock.sleep(at - now, signal)
  }
}

/** The items of one provider, in their order, some at the same time. */
async function runLane<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>) {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}

/**
 * Works on the items of all providers at the same time, each provider's in the order given, as many at once as it may.
 * The first failure stops all of them; it is thrown when nothing is under way any more.
 *
 * @param stop - makes what is under way end soon
 */
export async function runLanes<Item extends { readonly provider: string }>(
  items: readonly Item[],
  widthOf: (provider: string) => number,
  work: (item: Item) => Promise<void>,
  stop: (reason: unknown) => void,
): Promise<void> {
  let failure: { readonly reason: unknown } | undefined
  const guarded = async (item: Item) => {
    if (failure !== undefined) return
    try {
      await work(item)
    } catch (reason) {
      failure ??= { reason }
      stop(reason)
    }
  }
  const lanes = Map.groupBy(items, ({ provider }) => provider)
  await Promise.all([...lanes].map(([provider, own]) => runLane(own, widthOf(provider), guarded)))
  if (failure !== undefined) throw failure.reason
}
