import { listed } from '../statistics/listed.js'
import type { VoteRanking } from './rank-votes.js'

/** What the votes say, in plain sentences: whom people prefer, or what is missing to say so. */
export function explainVotes(ranking: VoteRanking): readonly string[] {
  return [headline(ranking), ...adviceOf(ranking), ...sideOf(ranking)]
}

function headline(ranking: VoteRanking): string {
  switch (ranking.state) {
    case 'ranked':
      return ranking.winner === undefined ? undecided(ranking) : `${ranking.winner} is preferred to every other.`
    case 'too-few-votes':
      return `Too few votes: ${ranking.votes} of the ${ranking.needed} that a ranking takes.`
    case 'too-few-prompts':
      return `Too few prompts: votes on ${ranking.prompts} of the ${ranking.needed} that a ranking takes.`
    case 'unconnected':
      return `No ranking: ${listed(ranking.groups.map((group) => group.join(' with ')))} were never compared with each other.`
  }
}

/** Intervals of 95 % in a table may lie apart where this is asked for more: so it says for how much. */
function undecided({ votes, ranking, rivals, confidence }: Extract<VoteRanking, { state: 'ranked' }>): string {
  const sure = `${Number((100 * confidence).toPrecision(4))} %`
  return `No winner: ${votes} votes do not tell ${ranking[0]?.vendor} from ${listed(rivals)} at ${sure}.`
}

function adviceOf({ votes, advisedVotes }: VoteRanking): readonly string[] {
  return votes < advisedVotes ? [`${advisedVotes} votes are advised; ${advisedVotes - votes} are still to come.`] : []
}

function sideOf({ left }: VoteRanking): readonly string[] {
  if (left === undefined || (left.interval.low <= 0.5 && left.interval.high >= 0.5)) return []
  const percent = Math.round(100 * left.rate)
  return [`The left picture was chosen in ${percent} % of the choices: people did not look at the pictures alone.`]
}
