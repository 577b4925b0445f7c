/** The longest that the retry loop waits on a vendor's word, in milliseconds. The error still tells the full time. */
export const MAXIMUM_RETRY_AFTER_MS = 60_000

/** The longest pause between two sends where the vendor names none, in milliseconds. */
export const MAXIMUM_BACKOFF_MS = 20_000

/** The upper bound of the first pause, in milliseconds; it doubles with each failure. */
const FIRST_BACKOFF_MS = 500

/** Seconds since the epoch stay below this until the year 5138; milliseconds passed it in 1973. */
const SECONDS_LIMIT = 1e11

function fromDate(text: string, now: number): number | undefined {
  // Date.parse takes almost anything: `-5` is a month to it.
  if (!/\d{4}/.test(text)) return undefined
  const zoned = /(?:z|gmt|utc|[+-]\d{2}:?\d{2})$/i.test(text.trim()) ? text : `${text.trim()}Z`
  const time = Date.parse(zoned)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}

function fromNumber(text: string | undefined, unitMs: number): number | undefined {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return undefined
  return Math.ceil(Number(text) * unitMs)
}

/**
 * How long the vendor asks to wait, in milliseconds: `retry-after-ms`, `Retry-After` (whole or fractional seconds, or
 * an HTTP date), `x-rate-limit-reset-at-utc` (Segmind; its format is not documented, so ISO 8601 with or without a
 * zone and epoch seconds or milliseconds are read). `undefined` where it does not say, or nothing that can be read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = fromNumber(headers['retry-after-ms'], 1)
  if (milliseconds !== undefined) return milliseconds
  const after = headers['retry-after']
  if (after !== undefined) {
    const read = fromNumber(after, 1000) ?? fromDate(after, now)
    if (read !== undefined) return read
  }
  const reset = headers['x-rate-limit-reset-at-utc']
  if (reset === undefined) return undefined
  const epoch = fromNumber(reset, 1)
  if (epoch !== undefined) return Math.max(0, (epoch < SECONDS_LIMIT ? epoch * 1000 : epoch) - now)
  return fromDate(reset, now)
}

/**
 * The pause before a send that repeats: the vendor's word, capped; else exponential with full jitter, i.e. uniform
 * between 0 and the bound, so that clients that failed together do not come back together.
 *
 * @param failures how many sends failed so far, from 1
 * @param random uniform in [0, 1)
 */
export function pauseMs(failures: number, askedMs: number | undefined, random: () => number): number {
  if (askedMs !== undefined) return Math.min(askedMs, MAXIMUM_RETRY_AFTER_MS)
  return Math.round(random() * Math.min(MAXIMUM_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1)))
}
