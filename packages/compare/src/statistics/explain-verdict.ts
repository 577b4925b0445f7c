import { listed } from './listed.js'
import type { Compared, Comparison, Verdict } from './verdict.js'

/** The verdict in plain sentences: who wins or who cannot be told apart, and what would settle it. */
export function explainVerdict(verdict: Verdict): readonly string[] {
  switch (verdict.outcome) {
    case 'winner':
      return [`${verdict.winner} is better than ${listed(othersOf(verdict.winner, verdict.comparisons))}.`]
    case 'too-few-prompts':
      return [
        `No winner can be named: it takes at least ${verdict.needed} prompts that both of a pair made pictures of.`,
        ...verdict.comparisons.map(
          ({ first, second, prompts }) =>
            `${first} and ${second} share ${prompts} ${prompts === 1 ? 'prompt' : 'prompts'}.`,
        ),
      ]
    case 'no-winner': {
      const { leaders, comparisons } = verdict
      const open = comparisons.filter(({ first, second }) => leaders.includes(first) && leaders.includes(second))
      const headline = leaders.length < 2 ? 'No winner.' : `No winner: ${listed(leaders)} cannot be told apart.`
      return [headline, ...open.map(explainOpen)]
    }
  }
}

function explainOpen(comparison: Comparison): string {
  const { first, second } = comparison
  switch (comparison.state) {
    case 'too-few-prompts':
      return `${first} and ${second} share ${comparison.prompts} of the ${comparison.needed} prompts that it takes to compare them.`
    case 'compared':
      return explainHint(comparison)
  }
}

function explainHint({ first, second, hint }: Compared): string {
  switch (hint.kind) {
    case 'separated':
      return `${first} and ${second} differ.`
    case 'within-margin':
      return `The difference of ${first} and ${second} is too small to matter so far; more prompts would hardly change that.`
    case 'more-prompts':
      return hint.prompts > 1000
        ? `More than 1000 more prompts would be needed to separate ${first} and ${second}.`
        : `About ${hint.prompts} more ${hint.prompts === 1 ? 'prompt' : 'prompts'} would separate ${first} and ${second}.`
  }
}

function othersOf(winner: string, comparisons: readonly Comparison[]): readonly string[] {
  return comparisons.flatMap(({ first, second }) => (first === winner ? [second] : second === winner ? [first] : []))
}
