import { describe, expect, it } from 'vitest'
import { MAXIMUM_BACKOFF_MS, MAXIMUM_RETRY_AFTER_MS, pauseMs, retryAfterMs } from './retry-after.js'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)

describe('retryAfterMs', () => {
  it.each([
    ['nothing', {}, undefined],
    ['seconds', { 'retry-after': '7' }, 7000],
    ['fractional seconds', { 'retry-after': '0.25' }, 250],
    ['zero', { 'retry-after': '0' }, 0],
    ['an HTTP date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' }, 9000],
    ['a date that has passed', { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1500],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    ['words', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['an empty value', { 'retry-after': '' }, undefined],
    ['an ISO reset', { 'x-rate-limit-reset-at-utc': '2026-11-20T12:00:30Z' }, 30_000],
    ['an ISO reset without zone, which is UTC', { 'x-rate-limit-reset-at-utc': '2026-11-20T12:00:30' }, 30_000],
    ['a reset as Python prints it', { 'x-rate-limit-reset-at-utc': '2026-11-20 12:00:30.500000' }, 30_500],
    ['an epoch reset in seconds', { 'x-rate-limit-reset-at-utc': String(now / 1000 + 4) }, 4000],
    ['an epoch reset in milliseconds', { 'x-rate-limit-reset-at-utc': String(now + 4000) }, 4000],
    ['a reset that has passed', { 'x-rate-limit-reset-at-utc': '2026-11-20T11:00:00Z' }, 0],
    ['Retry-After before the reset', { 'retry-after': '2', 'x-rate-limit-reset-at-utc': '2026-11-20T13:00:00Z' }, 2000],
    ['a reset after an unreadable Retry-After', { 'retry-after': '?', 'x-rate-limit-reset-at-utc': `${now}` }, 0],
  ])('reads %s', (_, headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected)
  })
})

describe('pauseMs', () => {
  it('spreads over the whole interval, which doubles up to its bound', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => pauseMs(failures, undefined, () => 0.999999))
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, MAXIMUM_BACKOFF_MS, MAXIMUM_BACKOFF_MS])
    expect(pauseMs(3, undefined, () => 0)).toBe(0)
    expect(pauseMs(3, undefined, () => 0.5)).toBe(1000)
  })

  it("takes the vendor's word without jitter, up to the cap", () => {
    expect(pauseMs(1, 1234, () => 0.5)).toBe(1234)
    expect(pauseMs(1, 0, () => 0.5)).toBe(0)
    expect(pauseMs(1, 3_600_000, () => 0.5)).toBe(MAXIMUM_RETRY_AFTER_MS)
  })
})
