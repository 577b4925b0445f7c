import { describe, expect, it } from 'vitest'
import { formatDuration } from './format.js'

describe('formatDuration', () => {
  it.each([
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [299_802, '5 min 0 s'],
    [3_725_000, '62 min 5 s'],
  ])('%d ms: %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})
