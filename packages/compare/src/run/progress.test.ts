import { describe, expect, it } from 'vitest'
import { timeLeft } from './progress.js'

describe('timeLeft', () => {
  it('goes by the slowest provider of a stage, and adds the stages up', () => {
    const pictures = { stage: 2, ended: 2 }
    expect(
      timeLeft([
        { stage: 0, left: 1, ended: 1, tookMs: 600_000 },
        { ...pictures, left: 8, tookMs: 4_000 },
        { ...pictures, left: 8, tookMs: 10_000 },
      ]),
    ).toBe(600_000 + 40_000)
  })

  it('knows nothing while a provider has not ended any of what it has left', () => {
    expect(timeLeft([{ stage: 2, left: 8, ended: 0, tookMs: 0 }])).toBeUndefined()
    expect(timeLeft([{ stage: 2, left: 0, ended: 0, tookMs: 0 }])).toBeUndefined()
  })

  it('leaves out what is done: the pace of trainings says nothing of pictures', () => {
    expect(
      timeLeft([
        { stage: 0, left: 0, ended: 3, tookMs: 600_000 },
        { stage: 2, left: 3, ended: 1, tookMs: 500 },
      ]),
    ).toBe(1_500)
  })
})
