import type { Interval } from '../statistics/interval.js'
import type { Random } from '../statistics/random.js'
import { checkConfidence } from '../statistics/refuse.js'
import { fewestPrompts } from '../statistics/verdict.js'
import { type Rate, rateOf } from '../statistics/wilson.js'
import { type AbilitySamples, sampleAbilities } from './ability-samples.js'
import { preference } from './bradley-terry.js'
import { currentVotes, preferredVendor, type Vote } from './vote.js'

/** Below so many votes intervals cover less than they say, and no ranking is given out as one. */
export const fewestVotes = 60
/** In simulation the better of three was found by 89 % of runs at 60 votes, by 97 % at 150. */
export const advisedVotes = 150

/** What is ranked, and how. */
export interface RankVotesInput {
  readonly votes: readonly Vote[]
  /** Makes the draws; see `seededRandom`. */
  readonly random: Random
  /** Of naming a winner, over all the pairs together. @default 0.99 */
  readonly confidence?: number
}

/** How one vendor fared. */
export interface RankedVendor {
  readonly vendor: string
  readonly votes: number
  readonly preferred: number
  readonly ties: number
  /** Bradley-Terry ability in log-odds, 0 being the mean of the vendors. */
  readonly ability: number
  /** At 95 %; `undefined` where there are too few prompts to tell. */
  readonly interval: Interval | undefined
  /** Chance to be preferred to one of the others: 0.5 is the average. */
  readonly share: number
  /** At 95 %. */
  readonly shareInterval: Interval | undefined
}

/** Figures that are there in every state. */
interface VoteFigures {
  readonly votes: number
  readonly voters: number
  readonly prompts: number
  /** So many votes are advised. */
  readonly advisedVotes: number
  /** Best first. */
  readonly ranking: readonly RankedVendor[]
  /**
   * How often the left picture was preferred, with a 99 % interval: one without 0.5 says that the side mattered.
   * `undefined` without a choice.
   */
  readonly left: Rate | undefined
}

interface RankedVotes extends VoteFigures {
  readonly state: 'ranked'
  /** Only where it is preferred to each other vendor beyond chance. */
  readonly winner: string | undefined
  /** From whom the first is not told beyond chance; none where there is a winner. */
  readonly rivals: readonly string[]
  /** Of naming a winner, over all the pairs together. */
  readonly confidence: number
}

export type VoteRanking =
  | RankedVotes
  | (VoteFigures & { readonly state: 'too-few-votes'; readonly needed: number })
  | (VoteFigures & { readonly state: 'too-few-prompts'; readonly needed: number })
  /** Some vendors were never compared with the others, not even by way of a third. */
  | (VoteFigures & { readonly state: 'unconnected'; readonly groups: readonly (readonly string[])[] })

/**
 * Ranks vendors by what people preferred. Whole prompts are resampled, since votes on the same pictures go together.
 *
 * @throws LikenessError `invalid-request`
 */
export function rankVotes({ votes: given, random, confidence = 0.99 }: RankVotesInput): VoteRanking {
  checkConfidence(confidence)
  const votes = currentVotes(given)
  const vendors = [...new Set(votes.flatMap(({ left, right }) => [left, right]))].sort()
  const prompts = new Set(votes.map(({ prompt }) => prompt)).size
  const pairs = Math.max(1, (vendors.length * (vendors.length - 1)) / 2)
  const samples = sampleAbilities({ votes, vendors, random, level: (1 - confidence) / pairs })
  const enoughPrompts = prompts >= fewestPrompts
  const ranking = vendors
    .map((vendor, index) => rankVendor(votes, vendor, index, samples, enoughPrompts))
    .sort((a, b) => b.ability - a.ability)
  const decided = votes.filter(({ choice }) => choice !== 'tie')
  const figures: VoteFigures = {
    votes: votes.length,
    voters: new Set(votes.map(({ voter }) => voter)).size,
    prompts,
    advisedVotes,
    ranking,
    left: rateOf(decided.filter(({ choice }) => choice === 'left').length, decided.length, 0.99),
  }
  const groups = connectedGroups(votes, vendors)
  if (votes.length < fewestVotes) return { ...figures, state: 'too-few-votes', needed: fewestVotes }
  if (!enoughPrompts) return { ...figures, state: 'too-few-prompts', needed: fewestPrompts }
  if (groups.length > 1) return { ...figures, state: 'unconnected', groups }
  const leading = vendors.indexOf(ranking[0]?.vendor ?? '')
  const rivals = vendors.filter((_, other) => {
    if (other === leading) return false
    const ahead = samples.interval(
      (abilities) => at(abilities, leading) - at(abilities, other),
      1 - (1 - confidence) / pairs,
    )
    return !(ahead.low > 0)
  })
  return { ...figures, state: 'ranked', winner: rivals.length === 0 ? vendors[leading] : undefined, rivals, confidence }
}

function rankVendor(
  votes: readonly Vote[],
  vendor: string,
  index: number,
  samples: AbilitySamples,
  enoughPrompts: boolean,
): RankedVendor {
  const own = votes.filter(({ left, right }) => left === vendor || right === vendor)
  const shareOf = (abilities: readonly number[]) => {
    const others = abilities.filter((_, other) => other !== index)
    return others.reduce((sum, other) => sum + preference(at(abilities, index), other), 0) / others.length
  }
  const intervalOf = (figure: (abilities: readonly number[]) => number) =>
    enoughPrompts ? samples.interval(figure, 0.95) : undefined
  return {
    vendor,
    votes: own.length,
    preferred: own.filter((vote) => preferredVendor(vote) === vendor).length,
    ties: own.filter(({ choice }) => choice === 'tie').length,
    ability: at(samples.abilities, index),
    interval: intervalOf((abilities) => at(abilities, index)),
    share: shareOf(samples.abilities),
    shareInterval: intervalOf(shareOf),
  }
}

function at(abilities: readonly number[], index: number): number {
  return abilities[index] ?? Number.NaN
}

/** Vendors that votes link, directly or by way of others. */
function connectedGroups(votes: readonly Vote[], vendors: readonly string[]): readonly (readonly string[])[] {
  let groups = vendors.map((vendor) => [vendor])
  for (const { left, right } of votes) {
    const touched = groups.filter((group) => group.includes(left) || group.includes(right))
    if (touched.length > 1) groups = [...groups.filter((group) => !touched.includes(group)), touched.flat()]
  }
  return groups
}
