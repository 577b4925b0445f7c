import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunItem } from '../run/run.js'
import { pairOfVote, pairsOf } from './pairs.js'
import { createVotingWorld, type VotingWorld } from './test-voting.js'

let world: VotingWorld
beforeAll(async () => {
  world = await createVotingWorld({ seeds: [1], repeats: 2, sizes: ['512x512', '768x512'] })
})
afterAll(() => world.close())

describe('pairsOf', () => {
  it('sets every two vendors against each other in each scene, warm-ups left out', () => {
    const pairs = pairsOf(world.summary)
    // 2 prompts, 2 sizes, 2 repeats, and 3 pairs of vendors each.
    expect(pairs).toHaveLength(24)
    expect(new Set(pairs.map(({ key }) => key)).size).toBe(24)
    expect(new Set(pairs.map(({ size }) => size))).toEqual(new Set(['512x512', '768x512']))
    const warmUps = world.summary.items.flatMap(({ work, state }) =>
      work.kind === 'generation' && work.warmUp && state.state === 'succeeded' ? state.images : [],
    )
    const shown = pairs.flatMap(({ contenders }) => contenders.map(({ image }) => image.sha256))
    for (const { sha256 } of warmUps) expect(shown).not.toContain(sha256)
  })

  it('leaves out pictures that did not come', () => {
    const items = world.summary.items.map(
      (item): RunItem =>
        item.work.kind === 'generation' && item.work.vendor === 'zorvexa'
          ? { ...item, state: { state: 'open' } }
          : item,
    )
    expect(pairsOf({ items })).toHaveLength(8)
  })

  it('knows the pair of a vote, whichever side', () => {
    for (const pair of pairsOf(world.summary)) {
      const { subject, prompt, size, seed, repeat, contenders } = pair
      const [{ vendor: left }, { vendor: right }] = contenders
      const rest = { type: 'vote', at: '', id: '', voter: '', choice: 'tie' } as const
      const scene = { subject, prompt, ...(size !== undefined && { size }), seed, repeat }
      expect(pairOfVote({ ...rest, ...scene, left, right })).toBe(pair.key)
      expect(pairOfVote({ ...rest, ...scene, left: right, right: left })).toBe(pair.key)
    }
  })
})
