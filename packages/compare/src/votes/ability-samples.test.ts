import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/random.js'
import { sampleAbilities } from './ability-samples.js'
import { fitBradleyTerry } from './bradley-terry.js'
import type { Vote } from './vote.js'

const choose = (prompt: string, preferred: 'a' | 'b', count: number): Vote[] =>
  Array.from({ length: count }, (_, seed) => ({
    voter: 'v',
    prompt,
    seed,
    left: 'a',
    right: 'b',
    choice: preferred === 'a' ? 'left' : 'right',
  }))

describe('sampleAbilities', () => {
  it('draws whole prompts, and allows for their small number', () => {
    // Two prompts that say the opposite: a draw holds one of them twice, the other twice, or both.
    const votes = [
      ...choose('first', 'a', 30),
      ...choose('first', 'b', 10),
      ...choose('second', 'a', 10),
      ...choose('second', 'b', 30),
    ]
    const samples = sampleAbilities({ votes, vendors: ['a', 'b'], random: seededRandom(1), level: 0.05 })
    expect(samples.abilities[0]).toBeCloseTo(0, 10)
    const twice = fitBradleyTerry([
      [0, 60],
      [20, 0],
    ])[0]
    const { low, high } = samples.interval((abilities) => abilities[0] ?? 0, 0.95)
    expect(high).toBeCloseTo(Math.SQRT2 * (twice ?? 0), 8)
    expect(low).toBeCloseTo(-Math.SQRT2 * (twice ?? 0), 8)
  })
})
