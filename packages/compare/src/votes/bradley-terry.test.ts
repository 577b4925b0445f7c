import { describe, expect, it } from 'vitest'
import { fitBradleyTerry, preference, type Wins } from './bradley-terry.js'

/** Agresti, Categorical Data Analysis (2002), table 10.10: American League 1987, wins of the row over the column. */
const baseball: Wins = [
  [0, 7, 9, 7, 7, 9, 11], // Milwaukee
  [6, 0, 7, 5, 11, 9, 9], // Detroit
  [4, 6, 0, 7, 7, 8, 12], // Toronto
  [6, 8, 6, 0, 6, 7, 10], // New York
  [6, 2, 6, 7, 0, 7, 12], // Boston
  [4, 4, 5, 6, 6, 0, 6], // Cleveland
  [2, 4, 1, 3, 1, 7, 0], // Baltimore
]

describe('fitBradleyTerry', () => {
  it('gives the published abilities of the baseball teams, relative to Baltimore', () => {
    const abilities = fitBradleyTerry(baseball, { priorStandardDeviation: Number.POSITIVE_INFINITY })
    const last = abilities.at(-1) ?? Number.NaN
    const published = [1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0]
    expect(abilities.map((ability) => ability - last)).toEqual(published.map((value) => expect.closeTo(value, 3)))
  })

  it('is hardly moved by the prior where there are votes', () => {
    const free = fitBradleyTerry(baseball, { priorStandardDeviation: Number.POSITIVE_INFINITY })
    const leaning = fitBradleyTerry(baseball)
    leaning.forEach((ability, index) => {
      expect(Math.abs(ability - (free[index] ?? 0))).toBeLessThan(0.02)
      expect(Math.abs(ability)).toBeLessThan(Math.abs(free[index] ?? 0))
    })
  })

  it('finds the log-odds of two', () => {
    const [first, second] = fitBradleyTerry(
      [
        [0, 30],
        [10, 0],
      ],
      { priorStandardDeviation: Number.POSITIVE_INFINITY },
    )
    expect((first ?? 0) - (second ?? 0)).toBeCloseTo(Math.log(3), 10)
    expect(preference(first ?? 0, second ?? 0)).toBeCloseTo(0.75, 10)
  })

  it('keeps finite what won every time, and the more so the less it was voted on', () => {
    const won = (votes: number) =>
      fitBradleyTerry([
        [0, votes],
        [0, 0],
      ])[0] ?? Number.NaN
    expect(won(3)).toBeGreaterThan(0.3)
    expect(won(300)).toBeGreaterThan(won(3))
    expect(won(300)).toBeLessThan(10)
    // Where the prior of 3 pulls as hard as the votes push.
    expect(3 * (1 - preference(won(3), -won(3)))).toBeCloseTo(won(3) / 9, 10)
  })

  it('comes to the same from anywhere', () => {
    const abilities = fitBradleyTerry(baseball)
    const far = fitBradleyTerry(baseball, { from: [9, -9, 5, 0, 3, -4, 8] })
    expect(far).toEqual(abilities.map((ability) => expect.closeTo(ability, 8)))
    expect(abilities.reduce((sum, ability) => sum + ability, 0)).toBeCloseTo(0, 10)
  })
})
