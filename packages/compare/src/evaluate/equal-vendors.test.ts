import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../statistics/random.js'
import { evaluateHandMade } from './test-evaluation.js'

const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Prompts differ in difficulty, vendors in how they take a prompt, pictures of one prompt among themselves. */
async function winnerOf(levels: readonly number[], run: number): Promise<string | undefined> {
  const random = seededRandom(5000 + run)
  const difficulties = new Map<string, number>()
  const tastes = new Map<string, number>()
  const drawn = (map: Map<string, number>, key: string, spread: number) => {
    const value = map.get(key) ?? spread * gaussian(random)
    map.set(key, value)
    return value
  }
  const names = levels.map((_, index) => `vendor-${index + 1}`)
  const { judged } = await evaluateHandMade({
    id: `run ${run}`,
    vendors: names,
    prompts: 12,
    plan: { seeds: [1, 2], margin: 0 },
    seen: ({ vendor, prompt }) => ({
      likeness:
        (levels[names.indexOf(vendor)] ?? 0) +
        drawn(difficulties, prompt, 0.1) +
        drawn(tastes, `${vendor}/${prompt}`, 0.05) +
        0.03 * gaussian(random),
    }),
  })
  const verdict = judged[0]?.verdict
  return verdict?.outcome === 'winner' ? verdict.winner : undefined
}

async function winnersOf(levels: readonly number[], runs: number): Promise<readonly string[]> {
  const winners: string[] = []
  for (let run = 0; run < runs; run++) winners.push(...[(await winnerOf(levels, run)) ?? []].flat())
  return winners
}

// Many draws: on a busy machine they take longer than other tests may.
describe('100 seeded runs', { timeout: 120_000 }, () => {
  it('of two equal vendors name a winner in at most 5', async () => {
    expect((await winnersOf([0.7, 0.7], 100)).length).toBeLessThanOrEqual(5)
  })

  it('of three equal vendors name a winner in at most 5', async () => {
    expect((await winnersOf([0.7, 0.7, 0.7], 100)).length).toBeLessThanOrEqual(5)
  })

  it('of vendors that differ find the better one', async () => {
    const winners = await winnersOf([0.85, 0.6], 20)
    expect(winners).toEqual(Array.from({ length: 20 }, () => 'vendor-1'))
  })
})
