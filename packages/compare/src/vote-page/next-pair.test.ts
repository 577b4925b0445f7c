import { describe, expect, it } from 'vitest'
import { firstOnLeft, nextPair } from './next-pair.js'
import type { Pair } from './pairs.js'
import type { VoteLine } from './vote-lines.js'

const image = { sha256: '', file: '', bytes: 0, mediaType: 'image/png', width: 1, height: 1 }
const vendors = [
  ['a', 'b'],
  ['a', 'c'],
  ['b', 'c'],
] as const

/** Ten prompts, three pairs of vendors, two seeds: as many pairs as a ranking takes votes. */
const pairs: readonly Pair[] = Array.from({ length: 10 }, (_, prompt) => `p${prompt}`).flatMap((prompt) =>
  vendors.flatMap(([first, second]) =>
    [1, 2].map((seed): Pair => {
      const key = ['s', prompt, 'default', seed, 1, first, second].join('/')
      const contenders = [first, second].map((vendor) => ({ vendor, image }))
      const [one = { vendor: '', image }, other = one] = contenders
      return { key, subject: 's', prompt, seed, repeat: 1, contenders: [one, other] }
    }),
  ),
)

function voteOn({ subject, prompt, seed, contenders }: Pair, voter: string): VoteLine {
  const [{ vendor: left }, { vendor: right }] = contenders
  return { type: 'vote', at: '', id: '', voter, subject, prompt, seed, repeat: 1, left, right, choice: 'left' }
}

/** Everybody votes in turn, `rounds` times. */
function voteInTurn(voters: readonly string[], rounds: number): VoteLine[] {
  const votes: VoteLine[] = []
  for (let round = 0; round < rounds; round++) {
    for (const voter of voters) {
      const pair = nextPair({ run: 'run', pairs, votes, voter, without: new Set(), open: [] })
      if (pair !== undefined) votes.push(voteOn(pair, voter))
    }
  }
  return votes
}

const countsOf = (keys: readonly string[]) => [...Map.groupBy(keys, (key) => key).values()].map(({ length }) => length)
const pairOf = ({ prompt, seed, left, right }: VoteLine) => [prompt, seed, left, right].join()

describe('nextPair', () => {
  it('never asks a voter twice, and ends', () => {
    const votes = voteInTurn(['ana'], 100)
    expect(votes).toHaveLength(60)
    expect(new Set(votes.map(pairOf)).size).toBe(60)
  })

  it('spreads the first votes over prompts and vendors alike', () => {
    const votes = voteInTurn(['ana'], 30)
    expect(countsOf(votes.map(({ prompt }) => prompt))).toEqual(Array(10).fill(3))
    const ofVendors = (first: number) => countsOf(votes.slice(0, first).map(({ left, right }) => left + right))
    for (const first of [3, 6, 9, 30]) expect(ofVendors(first)).toEqual(Array(3).fill(first / 3))
  })

  it('gives every pair its first vote before most get a second, and some to two people early', () => {
    const votes = voteInTurn(['ana', 'bo', 'cy'], 20)
    const counts = countsOf(votes.map(pairOf))
    // One question of five is on a pair that somebody has judged.
    expect(counts).toHaveLength(48)
    expect(Math.max(...counts)).toBe(2)
    const shared = [...Map.groupBy(votes, pairOf).values()].filter(({ length }) => length > 1)
    for (const both of shared) expect(new Set(both.map(({ voter }) => voter)).size).toBe(2)
    expect(countsOf(voteInTurn(['ana', 'bo', 'cy'], 60).map(pairOf))).toEqual(Array(60).fill(3))
  })

  it('has another order for each voter and run, and the same one each time', () => {
    const orderOf = (voter: string, run: string) => {
      const votes: VoteLine[] = []
      for (let round = 0; round < 10; round++) {
        const pair = nextPair({ run, pairs, votes, voter, without: new Set(), open: [] })
        if (pair !== undefined) votes.push(voteOn(pair, voter))
      }
      return votes.map(pairOf).join(' ')
    }
    expect(orderOf('ana', 'run')).toBe(orderOf('ana', 'run'))
    const orders = ['ana', 'bo', 'cy'].flatMap((voter) => ['run', 'other'].map((run) => orderOf(voter, run)))
    expect(new Set(orders).size).toBe(6)
  })

  it('leaves out what is not to be shown, and keeps what others look at for later', () => {
    const [first, second, third] = pairs
    const three = [first, second, third].flatMap((pair) => pair ?? [])
    const question = { run: 'run', pairs: three, votes: [], voter: 'ana' }
    const keys = three.map(({ key }) => key)
    const last = nextPair({ ...question, without: new Set(keys.slice(0, 2)), open: [] })
    expect(last?.key).toBe(keys[2])
    expect(nextPair({ ...question, without: new Set(), open: keys.slice(1) })?.key).toBe(keys[0])
    expect(nextPair({ ...question, without: new Set(keys), open: [] })).toBeUndefined()
  })
})

describe('firstOnLeft', () => {
  it('puts each vendor on the left as often as on the right, and not alike for all voters', () => {
    const sides = (voter: string) => pairs.map((pair) => firstOnLeft('run', voter, pair))
    const voters = Array.from({ length: 20 }, (_, number) => sides(`voter ${number}`))
    const share = voters.flat().filter(Boolean).length / voters.flat().length
    // Four standard deviations of 1200 fair coins.
    expect(Math.abs(share - 0.5)).toBeLessThan(0.058)
    expect(new Set(voters.map(String)).size).toBe(20)
    for (const index of pairs.keys()) expect(new Set(voters.map((one) => one[index])).size).toBe(2)
  })
})
