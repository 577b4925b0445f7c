import { describe, expect, it } from 'vitest'
import { promptsToShowAsGood } from './sample-size.js'

describe('promptsToShowAsGood', () => {
  it('follows from the width of the interval and the room up to the margin', () => {
    // ((1.96 + 0.8416) / 1.96)^2 is 2.0432: so many times the prompts, where the half width is just the room.
    expect(promptsToShowAsGood(0, 0.05, 100, 0.05)).toBe(105)
    expect(promptsToShowAsGood(0.05, 0.1, 100, 0.05)).toBe(105)
    expect(promptsToShowAsGood(0, 0.1, 100, 0.05)).toBe(718)
  })

  it('is at least one, and nothing where what was seen is the margin or more', () => {
    expect(promptsToShowAsGood(0.5, 0.05, 10, 0.05)).toBe(1)
    expect(promptsToShowAsGood(-0.05, 0.05, 10, 0.05)).toBeUndefined()
    expect(promptsToShowAsGood(-0.1, 0.05, 10, 0.05)).toBeUndefined()
  })
})
