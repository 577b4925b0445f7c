import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../statistics/random.js'
import { preference } from './bradley-terry.js'
import { explainVotes } from './explain-votes.js'
import { rankVotes, type VoteRanking } from './rank-votes.js'
import type { Vote } from './vote.js'

const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

interface Abilities {
  readonly [vendor: string]: number
}

/** Votes on random pairs; prompts suit one vendor better than another, which all the votes on that prompt share. */
function simulate(abilities: Abilities, count: number, prompts: number, random: Random, taste = 0.4): Vote[] {
  const vendors = Object.keys(abilities)
  const tastes = Array.from({ length: prompts }, () => vendors.map(() => taste * gaussian(random)))
  return Array.from({ length: count }, (_, index) => {
    const prompt = index % prompts
    const first = Math.floor(random() * vendors.length)
    const second = (first + 1 + Math.floor(random() * (vendors.length - 1))) % vendors.length
    const level = (vendor: number) => (abilities[vendors[vendor] ?? ''] ?? 0) + (tastes[prompt]?.[vendor] ?? 0)
    const tie = random() < 0.1
    const choice = random() < preference(level(first), level(second)) ? 'left' : 'right'
    return {
      voter: `voter ${index % 3}`,
      prompt: `prompt ${prompt}`,
      seed: index,
      left: vendors[first] ?? '',
      right: vendors[second] ?? '',
      choice: tie ? 'tie' : choice,
    }
  })
}

const rank = (votes: readonly Vote[], random = seededRandom(1)) => rankVotes({ votes, random })
const winnerOf = (ranking: VoteRanking) => (ranking.state === 'ranked' ? ranking.winner : undefined)

function repeat<Result>(runs: number, firstSeed: number, run: (random: Random) => Result): Result[] {
  return Array.from({ length: runs }, (_, index) => run(seededRandom(firstSeed + index)))
}

describe('rankVotes', () => {
  it('finds the order and a winner that is clear', () => {
    const ranking = rank(simulate({ last: -1, best: 1, middle: 0 }, 300, 20, seededRandom(2)))
    expect(ranking.ranking.map(({ vendor }) => vendor)).toEqual(['best', 'middle', 'last'])
    expect(winnerOf(ranking)).toBe('best')
    expect(ranking).toMatchObject({ votes: 300, voters: 3, prompts: 20, advisedVotes: 150 })
    const [best] = ranking.ranking
    expect(best?.share).toBeGreaterThan(0.65)
    expect(best?.shareInterval?.low).toBeGreaterThan(0.5)
    expect(best?.shareInterval?.high).toBeLessThan(1)
  })

  it('names no winner among equals in at least 95 of 100 runs', () => {
    const named = repeat(100, 300, (random) => winnerOf(rank(simulate({ one: 0, two: 0 }, 150, 10, random), random)))
    expect(named.filter((winner) => winner !== undefined).length).toBeLessThanOrEqual(5)
  })

  it('covers the true ability about as often as it says', () => {
    // Ability without a prompt's taste: the taste is made small, since it would pull the average towards 0.
    const truth = { one: 0.45, two: -0.05, three: -0.4 }
    const covered = repeat(50, 4000, (random) =>
      rank(simulate(truth, 150, 25, random, 0), random).ranking.map(({ vendor, interval }) => {
        const ability = vendor === 'one' ? truth.one : vendor === 'two' ? truth.two : truth.three
        return interval !== undefined && interval.low <= ability && ability <= interval.high
      }),
    ).flat()
    const share = covered.filter(Boolean).length / covered.length
    expect(share).toBeGreaterThan(0.91)
    expect(share).toBeLessThan(0.985)
  })

  it('resamples prompts, not votes', () => {
    // Each prompt's votes all agree: forty votes on a prompt say little more than one.
    const votes = Array.from({ length: 320 }, (_, index): Vote => {
      const prompt = index % 8
      return {
        voter: 'v',
        prompt: `${prompt}`,
        seed: index,
        left: 'a',
        right: 'b',
        choice: prompt < 5 ? 'left' : 'right',
      }
    })
    const [first] = rank(votes).ranking
    // Taken vote by vote, 200 of 320 would be far beyond chance.
    expect(first?.interval?.low).toBeLessThan(-0.3)
    expect(winnerOf(rank(votes))).toBeUndefined()
  })

  it('counts a tie as half a win to each', () => {
    const votes = (choice: Vote['choice']): Vote[] =>
      Array.from({ length: 80 }, (_, seed) => ({
        voter: 'v',
        prompt: `${seed % 8}`,
        seed,
        left: 'a',
        right: 'b',
        choice,
      }))
    const ranking = rank(votes('tie')).ranking
    expect(ranking).toMatchObject([
      { ability: 0, share: 0.5, ties: 80, preferred: 0 },
      { ability: 0, share: 0.5, ties: 80, preferred: 0 },
    ])
    expect(rank(votes('tie')).left).toBeUndefined()
    expect(rank(votes('right')).ranking[0]).toMatchObject({ vendor: 'b', preferred: 80, votes: 80 })
    expect(rank(votes('right')).left).toMatchObject({ count: 0, total: 80 })
  })

  it('does not care which side a vendor stood on', () => {
    const votes = simulate({ a: 0.6, b: 0 }, 200, 10, seededRandom(5))
    const opposite = { left: 'right', right: 'left', tie: 'tie' } as const
    const swapped = votes.map((vote) => ({
      ...vote,
      left: vote.right,
      right: vote.left,
      choice: opposite[vote.choice],
    }))
    expect(rank(swapped).ranking).toEqual(rank(votes).ranking)
  })

  it('says what is missing instead of ranking', () => {
    const strong = { a: 3, b: -3 }
    expect(rank(simulate(strong, 59, 10, seededRandom(6)))).toMatchObject({ state: 'too-few-votes', needed: 60 })
    const narrow = rank(simulate(strong, 100, 5, seededRandom(6)))
    expect(narrow).toMatchObject({ state: 'too-few-prompts', needed: 6 })
    expect(narrow.ranking.map(({ interval }) => interval)).toEqual([undefined, undefined])
    expect(rank([])).toMatchObject({ state: 'too-few-votes', votes: 0, ranking: [], left: undefined })
    const apart = [...simulate(strong, 60, 10, seededRandom(6)), ...simulate({ c: 1, d: 0 }, 60, 10, seededRandom(7))]
    expect(rank(apart)).toMatchObject({
      state: 'unconnected',
      groups: [
        ['a', 'b'],
        ['c', 'd'],
      ],
    })
  })

  it('lets a voter change their mind, not vote twice', () => {
    const vote: Vote = { voter: 'v', prompt: 'p', seed: 1, left: 'a', right: 'b', choice: 'left' }
    const { votes, ranking } = rank([vote, { ...vote, left: 'b', right: 'a', choice: 'left' }])
    expect(votes).toBe(1)
    expect(ranking[0]).toMatchObject({ vendor: 'b', preferred: 1 })
  })
})

describe('explainVotes', () => {
  const explain = (votes: readonly Vote[]) => explainVotes(rank(votes))

  it('names a winner, or says that there is none', () => {
    expect(explain(simulate({ last: -1, best: 1, middle: 0 }, 300, 20, seededRandom(2)))).toEqual([
      'best is preferred to every other.',
    ])
    expect(explain(simulate({ one: 0, two: 0 }, 100, 10, seededRandom(3)))).toEqual([
      expect.stringMatching(/^No winner: 100 votes do not tell (one from two|two from one) at 99 %\.$/),
      '150 votes are advised; 50 are still to come.',
    ])
    // Only the one that is close behind is named.
    const close = rank(simulate({ last: -3, best: 0.1, second: 0 }, 200, 20, seededRandom(2)))
    const rival = close.ranking[1]?.vendor
    expect(close).toMatchObject({ state: 'ranked', winner: undefined, rivals: [rival] })
    expect(explainVotes(close)).toEqual([
      `No winner: 200 votes do not tell ${close.ranking[0]?.vendor} from ${rival} at 99 %.`,
    ])
  })

  it('says what is missing', () => {
    expect(explain(simulate({ a: 0, b: 0 }, 40, 10, seededRandom(3)))[0]).toBe(
      'Too few votes: 40 of the 60 that a ranking takes.',
    )
    expect(explain(simulate({ a: 0, b: 0 }, 160, 4, seededRandom(3)))).toEqual([
      'Too few prompts: votes on 4 of the 6 that a ranking takes.',
    ])
    const apart = [
      ...simulate({ a: 0, b: 0 }, 80, 10, seededRandom(6)),
      ...simulate({ c: 0, d: 0 }, 80, 10, seededRandom(7)),
    ]
    expect(explain(apart)).toEqual(['No ranking: a with b and c with d were never compared with each other.'])
  })

  it('tells where the side was chosen, not the picture', () => {
    const votes = simulate({ a: 0, b: 0 }, 200, 10, seededRandom(8)).map((vote, index): Vote => {
      return { ...vote, choice: index % 10 < 7 ? 'left' : 'right' }
    })
    expect(explain(votes)).toContain(
      'The left picture was chosen in 70 % of the choices: people did not look at the pictures alone.',
    )
  })
})
