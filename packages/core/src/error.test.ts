import { describe, expect, it } from 'vitest'
import { defaultRetry, errorKinds, LikenessError } from './error.js'

describe('LikenessError', () => {
  it('survives JSON', () => {
    const error = new LikenessError({ kind: 'rate-limited', message: 'slow down', retryAfterMs: 500, provider: 'fal' })
    const back = LikenessError.from(JSON.parse(JSON.stringify(error)))
    expect(back.toJSON()).toEqual(error.toJSON())
    expect(back).toMatchObject({ kind: 'rate-limited', retry: 'later', billed: 'no', retryAfterMs: 500 })
  })

  it('is recognised across copies of this package', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('likeness.error'), { value: true })
    expect(LikenessError.is(foreign)).toBe(true)
    expect(LikenessError.is(new Error('x'))).toBe(false)
    expect(LikenessError.is(undefined)).toBe(false)
  })

  it("takes the new kind's retry when the kind changes, and keeps the rest", () => {
    const lost = new LikenessError({ kind: 'outcome-unknown', message: 'lost', billed: 'maybe', status: 504 })
    expect(lost.with({ kind: 'unavailable', billed: 'no' })).toMatchObject({
      retry: 'later',
      billed: 'no',
      status: 504,
    })
    expect(lost.with({ message: 'gone' }).retry).toBe('never')
    expect(lost.with({ message: 'gone' }).cause).toBe(lost)
  })

  it('has a retry for every kind', () => {
    expect(Object.keys(defaultRetry).sort()).toEqual([...errorKinds].sort())
  })
})
