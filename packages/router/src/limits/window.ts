/** The span that `requestsPerMinute` speaks of, in milliseconds. */
const windowMs = 60_000

/** How many of the times, which are in order, count no more at `now`. */
export function outsideWindow(sent: readonly number[], now: number): number {
  const first = sent.findIndex((at) => at > now - windowMs)
  return first === -1 ? sent.length : first
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
  const times = sent.slice(outsideWindow(sent, now))
  for (let place = 0; ; place += 1) {
    // The request that must leave the window before there is room for one more.
    const blocking = times[times.length - requestsPerMinute]
    const at = blocking === undefined ? now : Math.max(now, blocking + windowMs)
    if (place === ahead) return at
    times.push(at)
  }
}
