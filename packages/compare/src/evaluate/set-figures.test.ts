import { describe, expect, it } from 'vitest'
import { spreadOf } from './set-figures.js'
import { evaluateHandMade } from './test-evaluation.js'

const vector = (...values: number[]) => Float32Array.from(values)
const hashes = ['0000000000000000', '00000000000003ff', '00000000000007ff', 'ffffffffffffffff'] as const

describe('spreadOf', () => {
  it('is the mean of 1 - cosine over all pairs', () => {
    expect(spreadOf([vector(1, 0), vector(0, 1)])).toBeCloseTo(1)
    expect(spreadOf([vector(1, 0), vector(-1, 0)])).toBeCloseTo(2)
    // Pairs 1, 0 and 1.
    expect(spreadOf([vector(1, 0), vector(0, 1), vector(1, 0)])).toBeCloseTo(2 / 3)
    expect(spreadOf([vector(1, 0), vector(1, 0)])).toBe(0)
  })

  it('needs two', () => {
    expect(spreadOf([vector(1, 0)])).toBeUndefined()
    expect(spreadOf([])).toBeUndefined()
  })
})

describe('figures of sets', () => {
  it('take pictures of the same prompt and size apart from all of the subject', async () => {
    const { vendors } = await evaluateHandMade({
      vendors: ['one'],
      prompts: 2,
      plan: { seeds: [1, 2] },
      seen: ({ prompt, seed }) => ({ embedding: prompt === 'p0' ? [1, 0] : seed === 1 ? [0, 1] : [-1, 0] }),
    })
    expect(vendors[0]?.figures.spread).toEqual({ state: 'measured', value: 0.5, count: 2 })
    // Six pairs: 0, 1 and 1, 2 and 2, 1.
    expect(vendors[0]?.figures['spread-in-all']).toMatchObject({ value: expect.closeTo(7 / 6), count: 1 })
  })

  it('say that nobody looked, where nobody did', async () => {
    const { vendors } = await evaluateHandMade({ vendors: ['one'], prompts: 2 })
    expect(vendors[0]?.figures).toMatchObject({
      spread: { state: 'not-measured', message: 'no scorer gave embeddings' },
      'near-duplicates': { state: 'not-measured' },
      'leaked-share': { state: 'not-measured' },
    })
  })

  it('count what repeats any earlier picture of the subject: up to ten bits of 64', async () => {
    const { vendors } = await evaluateHandMade({
      vendors: ['one'],
      prompts: 4,
      seen: ({ prompt }) => ({ hash: hashes[Number(prompt.slice(1))] ?? '' }),
    })
    // The second is 10 bits from the first, the third 11 from the first but 1 from the second.
    expect(vendors[0]?.figures['near-duplicates']).toMatchObject({ value: 0.5, count: 4 })
  })
})
