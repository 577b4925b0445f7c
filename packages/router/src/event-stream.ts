import { LikenessError } from '@likeness/core'
import type { Listener, RouterEvent } from './events.js'

/** Whoever tells events: a router, an emitter. */
export interface EventOrigin {
  subscribe(listener: Listener): () => void
}

export interface StreamOptions {
  /** Ends the stream once what waits has been read. */
  readonly abortSignal?: AbortSignal | undefined
  /** Most events that wait for the reader. @default 1024 */
  readonly maximumWaiting?: number | undefined
}

/** Events to iterate over, for one reader. */
export interface EventStream extends AsyncIterableIterator<RouterEvent, undefined> {
  /** Events that were lost because the reader was too slow. */
  readonly dropped: number
  next(): Promise<IteratorResult<RouterEvent, undefined>>
  return(): Promise<IteratorResult<RouterEvent, undefined>>
}

const end: IteratorResult<RouterEvent, undefined> = { done: true, value: undefined }

function checkMaximum(maximumWaiting: number): void {
  if (Number.isSafeInteger(maximumWaiting) && maximumWaiting >= 1) return
  const message = `must be a whole number of at least 1, not ${maximumWaiting}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `maximumWaiting: ${message}`,
    fields: [{ field: 'maximumWaiting', message }],
  })
}

/**
 * Events as an async iterable, from this call on. A reader that is slow never holds up the router: what it has not read
 * waits, up to a limit; past it the oldest are dropped, and counted in `dropped`. Ends when the signal aborts, or when the
 * reader leaves its loop.
 *
 * @throws LikenessError `invalid-request` for a `maximumWaiting` that is no positive whole number
 */
export function streamEvents(
  source: EventOrigin,
  { abortSignal, maximumWaiting = 1024 }: StreamOptions = {},
): EventStream {
  checkMaximum(maximumWaiting)
  const waiting: RouterEvent[] = []
  const readers: ((result: IteratorResult<RouterEvent, undefined>) => void)[] = []
  let dropped = 0
  let ended = false
  const take = (event: RouterEvent) => {
    const reader = readers.shift()
    if (reader !== undefined) return reader({ done: false, value: event })
    waiting.push(event)
    if (waiting.length <= maximumWaiting) return
    waiting.shift()
    dropped += 1
  }
  const unsubscribe = source.subscribe(take)
  const close = () => {
    if (ended) return
    ended = true
    unsubscribe()
    abortSignal?.removeEventListener('abort', close)
    for (const reader of readers.splice(0)) reader(end)
  }
  if (abortSignal?.aborted) close()
  else abortSignal?.addEventListener('abort', close)
  return {
    get dropped() {
      return dropped
    },
    async next() {
      const event = waiting.shift()
      if (event !== undefined) return { done: false, value: event }
      return ended ? end : new Promise((resolve) => readers.push(resolve))
    },
    async return() {
      waiting.length = 0
      close()
      return end
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
