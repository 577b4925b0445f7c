/** The span that `requestsPerMinute` speaks of, in milliseconds. */
export const windowMs = 60_000

/** The times of those requests, in order, that still count at `now`. */
export function withinWindow(sent: readonly number[], now: number): readonly number[] {
  const first = sent.findIndex((at) => at > now - windowMs)
  return first === -1 ? [] : sent.slice(first)
}

/**
 * When the next request may be sent, so that no minute ever holds more than `requestsPerMinute`.
 *
 * @param sent - times of earlier requests, in order, in milliseconds since the epoch
 * @param ahead - how many others will be sent before it, each as soon as it may
 * @returns `now`, or a time after it
 */
export function freeAt(sent: readonly number[], requestsPerMinute: number, now: number, ahead = 0): number {
  if (requestsPerMinute === Number.POSITIVE_INFINITY) return now
  const times = [...withinWindow(sent, now)]
  for (let place = 0; ; place += 1) {
    // The request that must leave the window before there is room for one more.
    const blocking = times[times.length - requestsPerMinute]
    const at = blocking === undefined ? now : Math.max(now, blocking + windowMs)
    if (place === ahead) return at
    times.push(at)
  }
}
