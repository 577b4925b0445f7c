/** `wins[i][j]`: how often i was preferred to j, ties counting half to each. */
export type Wins = readonly (readonly number[])[]

/** What a fit begins with and leans to. */
export interface BradleyTerrySettings {
  /**
   * Spread of the normal prior around 0. At 3 it hardly moves what votes say, and keeps finite the ability of a vendor that
   * won every time. `Infinity` gives the maximum likelihood.
   *
   * @default 3
   */
  readonly priorStandardDeviation?: number
  /** Abilities near the answer, for speed alone. */
  readonly from?: readonly number[]
}

const mostSteps = 100
const longestStep = 2

/**
 * Bradley-Terry: i is preferred to j with probability `1 / (1 + exp(ability j - ability i))`. By Newton's method.
 *
 * @returns abilities in log-odds; their mean is 0
 */
export function fitBradleyTerry(wins: Wins, settings: BradleyTerrySettings = {}): readonly number[] {
  const precision = 1 / (settings.priorStandardDeviation ?? 3) ** 2
  let abilities = [...(settings.from ?? wins.map(() => 0))]
  for (let iteration = 0; iteration < mostSteps; iteration++) {
    const step = newtonStep(wins, abilities, precision)
    const longest = Math.max(...step.map(Math.abs))
    // The first steps of a lopsided vote would jump past the answer and not come back.
    const scale = Math.min(1, longestStep / longest)
    abilities = abilities.map((ability, index) => ability + scale * (step[index] ?? 0))
    if (longest < 1e-10) break
  }
  const mean = abilities.reduce((sum, ability) => sum + ability, 0) / abilities.length
  return abilities.map((ability) => ability - mean)
}

/** Chance that one with the first ability is preferred to one with the second. */
export function preference(first: number, second: number): number {
  return 1 / (1 + Math.exp(second - first))
}

function newtonStep(wins: Wins, abilities: readonly number[], precision: number): readonly number[] {
  const count = abilities.length
  const gradient = abilities.map((ability) => -precision * ability)
  // Abilities are known up to a shift; the ones everywhere hold their mean and make the matrix solvable.
  const information = abilities.map((_, row) => abilities.map((_, column) => 1 + (row === column ? precision : 0)))
  const add = (row: number, column: number, value: number) => {
    const line = information[row]
    if (line !== undefined) line[column] = (line[column] ?? 0) + value
  }
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const won = wins[i]?.[j] ?? 0
      const votes = won + (wins[j]?.[i] ?? 0)
      if (votes === 0) continue
      const expected = preference(abilities[i] ?? 0, abilities[j] ?? 0)
      const surprise = won - votes * expected
      gradient[i] = (gradient[i] ?? 0) + surprise
      gradient[j] = (gradient[j] ?? 0) - surprise
      const weight = votes * expected * (1 - expected)
      add(i, i, weight)
      add(j, j, weight)
      add(i, j, -weight)
      add(j, i, -weight)
    }
  }
  return solve(information, gradient)
}

/** Gauss-Jordan elimination; the matrix is symmetric and positive definite, and so needs no pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0])
  rows.forEach((pivotRow, pivot) => {
    const divisor = pivotRow[pivot] ?? 1
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue
      const factor = (row[pivot] ?? 0) / divisor
      for (let column = pivot; column < row.length; column++) {
        row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0)
      }
    }
  })
  return rows.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 1))
}
