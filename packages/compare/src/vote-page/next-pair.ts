import { createHash } from 'node:crypto'
import { type Pair, pairOfVote } from './pairs.js'
import type { VoteLine } from './vote-lines.js'

/** Every so many-th question is one that others have judged: without shared pairs nobody could tell whether people agree. */
const sharedEvery = 5

/** What decides which pair somebody sees next. */
export interface Question {
  /** Of the run: the order of each voter follows from it. */
  readonly run: string
  readonly pairs: readonly Pair[]
  /** By everybody; not those taken back. */
  readonly votes: readonly VoteLine[]
  readonly voter: string
  /** Keys of pairs that are not to be shown now: skipped, broken, or open at the same voter elsewhere. */
  readonly without: ReadonlySet<string>
  /** Keys of pairs that others are looking at. */
  readonly open: readonly string[]
}

/** A number that looks like chance and is the same each time for the same words. */
function lot(...words: readonly string[]): number {
  return createHash('sha256').update(JSON.stringify(words)).digest().readUInt32BE(0)
}

function tally(keys: readonly string[]): (key: string) => number {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return (key) => counts.get(key) ?? 0
}

const vendorsOf = ({ contenders }: Pair) => JSON.stringify(contenders.map(({ vendor }) => vendor).sort())
const topicOf = (pair: Pair) => JSON.stringify([pair.subject, pair.prompt, vendorsOf(pair)])

/**
 * The pair that a voter judges next: the one with the fewest votes, of those the one whose prompt and vendors have the fewest,
 * and then by the voter's own lot. One that the voter has judged never comes again.
 *
 * @returns `undefined` where nothing is left
 */
export function nextPair({ run, pairs, votes, voter, without, open }: Question): Pair | undefined {
  const byKey = new Map(pairs.map((pair) => [pair.key, pair]))
  const judged = votes.map(pairOfVote)
  const seen = new Set(judged)
  const own = new Set(votes.flatMap((vote) => (vote.voter === voter ? [pairOfVote(vote)] : [])))
  const judgedPairs = judged.flatMap((key) => byKey.get(key) ?? [])
  const counts = {
    pair: tally([...judged, ...open]),
    topic: tally(judgedPairs.map(topicOf)),
    vendors: tally(judgedPairs.map(vendorsOf)),
  }
  const left = pairs.filter(({ key }) => !own.has(key) && !without.has(key))
  const shared = own.size % sharedEvery === sharedEvery - 1 ? left.filter(({ key }) => seen.has(key)) : []
  const ranked = (shared.length > 0 ? shared : left).map((pair) => ({
    pair,
    rank: [
      counts.pair(pair.key),
      counts.topic(topicOf(pair)),
      counts.vendors(vendorsOf(pair)),
      lot(run, voter, pair.key),
    ],
  }))
  return ranked.reduce<(typeof ranked)[number] | undefined>(
    (best, one) => (best === undefined || comesBefore(one.rank, best.rank) ? one : best),
    undefined,
  )?.pair
}

function comesBefore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index])
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0)
}

/** Whether the first contender stands on the left, by the voter's lot. */
export function firstOnLeft(run: string, voter: string, pair: Pair): boolean {
  return lot(run, voter, pair.key, 'side') % 2 === 0
}
