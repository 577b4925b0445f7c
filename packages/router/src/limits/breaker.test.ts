import { describe, expect, it } from 'vitest'
import { createBreaker, longestOpenMs } from './breaker.js'
import type { BreakerState } from './types.js'

const closed: BreakerState = { state: 'closed', failures: 0 }

function breaker(initial = closed, policy = { threshold: 3, openMs: 1_000 }) {
  const changes: BreakerState['state'][] = []
  return { changes, made: createBreaker(policy, initial, ({ state }) => changes.push(state)) }
}

describe('the breaker', () => {
  it('opens at its threshold of failures in a row; a success in between starts anew, a neutral end does not count', () => {
    const { made, changes } = breaker()
    for (const outcome of ['failure', 'failure', 'success', 'failure', 'neutral', 'failure'] as const) {
      made.report(made.admit(0), outcome, 0)
    }
    expect([made.state, made.refusal(0)]).toEqual([{ state: 'closed', failures: 2 }, undefined])
    made.report(made.admit(5), 'failure', 5)
    expect(made.state).toEqual({ state: 'open', until: 1_005, openings: 1 })
    expect(made.refusal(1_004)).toEqual({ state: 'open', until: 1_005, retryAfterMs: 1 })
    expect(made.refusal(1_005)).toBeUndefined()
    expect(changes).toEqual(['open'])
  })

  it('lets one find out, and closes when that one succeeds', () => {
    const { made, changes } = breaker({ state: 'open', until: 100, openings: 2 })
    const turn = made.admit(100)
    expect(made.refusal(100_000)).toEqual({ state: 'half-open', until: undefined, retryAfterMs: 1_000 })
    made.report(turn, 'success', 150)
    expect([made.state, changes]).toEqual([closed, ['half-open', 'closed']])
  })

  it('stays open twice as long each time it fails again, at most ten minutes', () => {
    const { made } = breaker({ state: 'open', until: 0, openings: 1 })
    const spans: number[] = []
    for (let now = 0; spans.length < 11; ) {
      made.report(made.admit(now), 'failure', now)
      const { state } = made
      if (state.state !== 'open') throw new Error('did not open')
      spans.push(state.until - now)
      now = state.until
    }
    expect(spans).toEqual(
      [2, 4, 8, 16, 32, 64, 128, 256, 512].map((times) => times * 1_000).concat(longestOpenMs, longestOpenMs),
    )
  })

  it('lets another one find out when the first says nothing about it, without doubling', () => {
    const { made } = breaker({ state: 'open', until: 0, openings: 3 })
    made.report(made.admit(10), 'neutral', 20)
    expect(made.state).toEqual({ state: 'open', until: 20, openings: 3 })
    expect(made.refusal(20)).toBeUndefined()
  })

  it('does not count what was let through before it opened', () => {
    const { made } = breaker()
    const early = [made.admit(0), made.admit(0), made.admit(0), made.admit(0), made.admit(0)]
    for (const turn of early.slice(0, 4)) made.report(turn, 'failure', 0)
    expect(made.state).toEqual({ state: 'open', until: 1_000, openings: 1 })
    const probe = made.admit(1_000)
    made.report(early[4] ?? -1, 'success', 1_001)
    expect(made.state).toEqual({ state: 'half-open', openings: 1 })
    made.report(probe, 'success', 1_002)
    made.report(early[4] ?? -1, 'failure', 1_003)
    expect(made.state).toEqual(closed)
  })
})
