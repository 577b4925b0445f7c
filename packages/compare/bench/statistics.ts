// pnpm bench:statistics [runs, 200 by default]
// How often equals get a winner, intervals hold the truth and differences are found, where the truth is known.
import { type Random, rankVotes, type Score, seededRandom, type Vote, verdict } from '@likeness/compare'

const runs = Number(process.argv[2] ?? 200)
if (!Number.isSafeInteger(runs) || runs < 1) {
  console.error(`runs must be a whole number from 1, not ${process.argv[2]}.`)
  process.exit(2)
}

const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const percentOf = (count: number, total: number) => `${((100 * count) / total).toFixed(1)} %`
const repeat = <Result>(run: (random: Random) => Result) =>
  Array.from({ length: runs }, (_, index) => run(seededRandom(1000 + index)))

/** Prompts differ in difficulty (0.1), vendors in how they take a prompt (0.05), pictures of one prompt (0.03). */
function scoresOf(levels: readonly number[], prompts: number, seeds: number, random: Random): Score[] {
  return Array.from({ length: prompts }, (_, prompt) => {
    const difficulty = 0.1 * gaussian(random)
    return levels.flatMap((level, index) => {
      const taste = 0.05 * gaussian(random)
      return Array.from({ length: seeds }, (_, seed) => ({
        vendor: `vendor ${index + 1}`,
        prompt: `${prompt}`,
        seed,
        value: level + difficulty + taste + 0.03 * gaussian(random),
      }))
    })
  }).flat()
}

/** Votes on pairs drawn at random, one in ten a tie; prompts suit one vendor better than another (0.4). */
function votesOf(abilities: readonly number[], count: number, prompts: number, random: Random): Vote[] {
  const tastes = Array.from({ length: prompts }, () => abilities.map(() => 0.4 * gaussian(random)))
  return Array.from({ length: count }, (_, seed) => {
    const first = Math.floor(random() * abilities.length)
    const second = (first + 1 + Math.floor(random() * (abilities.length - 1))) % abilities.length
    const level = (vendor: number) => (abilities[vendor] ?? 0) + (tastes[seed % prompts]?.[vendor] ?? 0)
    const tie = random() < 0.1
    const choice = random() < 1 / (1 + Math.exp(level(second) - level(first))) ? 'left' : 'right'
    return {
      voter: 'one',
      prompt: `${seed % prompts}`,
      seed,
      left: `vendor ${first + 1}`,
      right: `vendor ${second + 1}`,
      choice: tie ? 'tie' : choice,
    }
  })
}

/** Runs in which a winner was named although the first two are equal, or the first was found, or 95 % held the truth. */
function judge(levels: readonly number[], prompts: number, seeds: number) {
  const truth = (levels[0] ?? 0) - (levels[1] ?? 0)
  const results = repeat((random) =>
    verdict({ scores: scoresOf(levels, prompts, seeds, random), direction: 'higher', random }),
  )
  const held = results.filter(({ comparisons: [first] }) => {
    return first?.state === 'compared' && first.interval.low <= truth && truth <= first.interval.high
  })
  return {
    vendors: levels.join(' '),
    prompts,
    seeds,
    'winner named': percentOf(results.filter(({ outcome }) => outcome === 'winner').length, runs),
    '95 % held': percentOf(held.length, runs),
  }
}

function rank(abilities: readonly number[], votes: number, prompts: number) {
  const results = repeat((random) => rankVotes({ votes: votesOf(abilities, votes, prompts, random), random }))
  const named = results.filter((result) => result.state === 'ranked' && result.winner !== undefined)
  const first = results.filter(({ ranking: [best] }) => best?.vendor === 'vendor 1')
  return {
    vendors: abilities.join(' '),
    votes,
    prompts,
    'winner named': percentOf(named.length, runs),
    'first is on top': percentOf(first.length, runs),
  }
}

console.log(`Scores, ${runs} runs`)
console.table([
  judge([0.6, 0.6], 6, 4),
  judge([0.6, 0.6], 10, 4),
  judge([0.6, 0.6], 20, 4),
  judge([0.6, 0.6, 0.6], 20, 4),
  judge([0.65, 0.6], 10, 4),
  judge([0.65, 0.6], 20, 4),
  judge([0.65, 0.6], 30, 4),
])
console.log(`Votes, ${runs} runs`)
console.table([
  rank([0, 0], 60, 6),
  rank([0, 0], 150, 10),
  rank([0, 0, 0], 150, 20),
  rank([0.9, 0.4, 0], 60, 20),
  rank([0.9, 0.4, 0], 150, 20),
  rank([0.9, 0.4, 0], 400, 20),
])
