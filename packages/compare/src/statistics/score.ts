import { mean } from 'simple-statistics'
import { refuse } from './refuse.js'

/** One measured picture. */
export interface Score {
  /** Its name in the plan: a vendor with its settings. */
  readonly vendor: string
  /** Names the prompt (and its subject, where there are several); the same for every vendor. */
  readonly prompt: string
  /** The seed that was asked for, or the number of the picture where a vendor takes none. */
  readonly seed: number
  readonly value: number
}

/** Differences of two vendors, first minus second. */
export interface PairedDifferences {
  /** Mean difference at each prompt that both did. */
  readonly byPrompt: ReadonlyMap<string, number>
  /** Places (prompt and seed) that both did. */
  readonly pairs: number
  /** Places that one of them did alone: left out, since one cannot say what the other would have made. */
  readonly unpaired: number
}

/** Mean value at each seed of each prompt. Repeats of one seed are averaged. */
export type ScoresOfVendor = ReadonlyMap<string, ReadonlyMap<number, number>>

/** @throws LikenessError `invalid-request` where a value is no finite number: what was not scored is left out, not zero */
export function scoresByVendor(scores: readonly Score[]): ReadonlyMap<string, ScoresOfVendor> {
  scores.forEach(({ value }, index) => {
    if (!Number.isFinite(value)) refuse(`scores[${index}].value`, value, 'a finite number')
  })
  return grouped(
    scores,
    ({ vendor }) => vendor,
    (ofVendor) =>
      grouped(
        ofVendor,
        ({ prompt }) => prompt,
        (ofPrompt) =>
          grouped(
            ofPrompt,
            ({ seed }) => seed,
            (repeats) => mean(repeats.map(({ value }) => value)),
          ),
      ),
  )
}

/** Compares two vendors where prompt and seed are the same. */
export function pairedDifferences(first: ScoresOfVendor, second: ScoresOfVendor): PairedDifferences {
  const byPrompt = new Map<string, number>()
  let pairs = 0
  for (const [prompt, seeds] of first) {
    const others = second.get(prompt)
    const differences = [...seeds].flatMap(([seed, value]) => {
      const other = others?.get(seed)
      return other === undefined ? [] : [value - other]
    })
    if (differences.length > 0) byPrompt.set(prompt, mean(differences))
    pairs += differences.length
  }
  return { byPrompt, pairs, unpaired: countPlaces(first) + countPlaces(second) - 2 * pairs }
}

function countPlaces(scores: ScoresOfVendor): number {
  let places = 0
  for (const seeds of scores.values()) places += seeds.size
  return places
}

function grouped<Item, Key, Value>(
  items: readonly Item[],
  key: (item: Item) => Key,
  value: (items: readonly Item[]) => Value,
): ReadonlyMap<Key, Value> {
  return new Map([...Map.groupBy(items, key)].map(([name, group]) => [name, value(group)]))
}
