import type { Capabilities, Clock, Provider } from '@likeness/core'
import type { ComparisonPlan } from '../plan/schema.js'

const defaultConcurrency = 2

/**
 * What the account is allowed. A provider made of one other keeps that one's limits by waiting, and the wait would be taken
 * for the vendor's time.
 */
function limitsOf({ capabilities, members = [] }: Provider): Capabilities['limits'] {
  const [only] = members
  return capabilities.limits ?? (members.length === 1 && only !== undefined ? limitsOf(only) : undefined)
}

/** How many paid jobs of a provider may be under way. */
export function concurrencyAt(
  { concurrency }: Pick<ComparisonPlan, 'concurrency'>,
  name: string,
  provider: Provider,
): number {
  const wanted = concurrency[name] ?? defaultConcurrency
  return Math.min(wanted, limitsOf(provider)?.concurrentJobs ?? wanted)
}

/** Spreads paid requests over time, where the account is allowed only so many a minute. */
export function createTurns(provider: Provider, clock: Clock, signal: AbortSignal): () => Promise<void> {
  const { requestsPerMinute } = limitsOf(provider) ?? {}
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
