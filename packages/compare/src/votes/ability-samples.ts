import type { Interval } from '../statistics/interval.js'
import type { Random } from '../statistics/random.js'
import { fitBradleyTerry, type Wins } from './bradley-terry.js'
import { preferredVendor, type Vote } from './vote.js'

/** Abilities as the votes say, and as they could have come out with other prompts. */
export interface AbilitySamples {
  readonly abilities: readonly number[]
  /** Where a figure of the abilities lies. */
  interval(figure: (abilities: readonly number[]) => number, confidence: number): Interval
}

/** What is drawn from. */
interface AbilitySamplesInput {
  readonly votes: readonly Vote[]
  readonly vendors: readonly string[]
  readonly random: Random
  /** The strictest level that an interval will be asked for; it decides how many are drawn. */
  readonly level: number
}

/** Draws whole prompts with replacement and fits each draw. */
export function sampleAbilities({ votes, vendors, random, level }: AbilitySamplesInput): AbilitySamples {
  const byPrompt = [...Map.groupBy(votes, ({ prompt }) => prompt).values()].map((ofPrompt) => winsOf(ofPrompt, vendors))
  const abilities = fitBradleyTerry(sumOf(byPrompt, vendors))
  const draws = Math.max(999, Math.ceil(10 / level) - 1)
  const drawn = Array.from({ length: byPrompt.length === 0 ? 0 : draws }, () => {
    const prompts = byPrompt.map(() => byPrompt[Math.floor(random() * byPrompt.length)] ?? [])
    return fitBradleyTerry(sumOf(prompts, vendors), { from: abilities })
  })
  // Drawn prompts vary as if there were one prompt fewer than there are.
  const widen = byPrompt.length > 1 ? Math.sqrt(byPrompt.length / (byPrompt.length - 1)) : 1
  return {
    abilities,
    interval(figure, confidence) {
      const centre = figure(abilities)
      const figures = Float64Array.from(drawn, figure).sort()
      const rank = Math.max(1, Math.floor(((figures.length + 1) * (1 - confidence)) / 2 + 1e-9))
      const bound = (place: number) => centre + widen * ((figures[place - 1] ?? centre) - centre)
      return { low: bound(rank), high: bound(figures.length + 1 - rank), confidence }
    },
  }
}

function winsOf(votes: readonly Vote[], vendors: readonly string[]): number[][] {
  const wins = vendors.map(() => vendors.map(() => 0))
  const add = (winner: string, loser: string, amount: number) => {
    const row = wins[vendors.indexOf(winner)]
    const column = vendors.indexOf(loser)
    if (row !== undefined) row[column] = (row[column] ?? 0) + amount
  }
  for (const vote of votes) {
    const preferred = preferredVendor(vote)
    if (preferred === undefined) {
      add(vote.left, vote.right, 0.5)
      add(vote.right, vote.left, 0.5)
    } else {
      add(preferred, preferred === vote.left ? vote.right : vote.left, 1)
    }
  }
  return wins
}

function sumOf(tallies: readonly Wins[], vendors: readonly string[]): Wins {
  const sum = vendors.map(() => vendors.map(() => 0))
  for (const wins of tallies) {
    sum.forEach((row, i) => {
      row.forEach((value, j) => {
        row[j] = value + (wins[i]?.[j] ?? 0)
      })
    })
  }
  return sum
}
