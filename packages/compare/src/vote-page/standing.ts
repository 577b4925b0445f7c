import type { EvaluatedVotes } from '../evaluate/evaluation.js'
import { randomFor } from '../evaluate/random-for.js'
import { agreementOf } from '../votes/agreement.js'
import { explainVotes } from '../votes/explain-votes.js'
import { rankVotes } from '../votes/rank-votes.js'
import { currentVotes, type Vote } from '../votes/vote.js'

/** Where a vote stands. */
export interface VoteStanding extends EvaluatedVotes {
  /** Most votes first. */
  readonly voters: readonly { readonly voter: string; readonly votes: number }[]
}

/**
 * Ranking, agreement and the share of each voter. The same votes on the same run always give the same.
 *
 * @param run - `id` of the run
 * @throws LikenessError `invalid-request` where a vendor is compared with itself
 */
export function standingOf(run: string, votes: readonly Vote[]): VoteStanding {
  // The same draws as in the report, so that the two never differ.
  const ranking = rankVotes({ votes, random: randomFor(run)('votes') })
  const byVoter = Map.groupBy(currentVotes(votes), ({ voter }) => voter)
  const voters = [...byVoter].map(([voter, own]) => ({ voter, votes: own.length }))
  return {
    ranking,
    agreement: agreementOf(votes),
    explanation: explainVotes(ranking),
    voters: voters.sort((a, b) => b.votes - a.votes || (a.voter < b.voter ? -1 : 1)),
  }
}
