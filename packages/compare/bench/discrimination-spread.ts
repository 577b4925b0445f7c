import { seededRandom } from '@likeness/compare'
import type { SeenPhoto } from './discrimination-likeness.ts'
import { groupBy } from './discrimination-photos.ts'
import { auc, digits, mean, printTable } from './discrimination-table.ts'

/** Mixed sets that are drawn for each subject. */
const draws = 50

/** Mean of 1 - cosine over all pairs, as the report measures the spread of a set. */
function spreadOf(vectors: readonly Float32Array[]): number {
  const distances = vectors.flatMap((one, index) =>
    vectors.slice(0, index).map((other) => 1 - one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0)),
  )
  return mean(distances)
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}

/** Sets of as many photos as one subject has, each of another subject. */
function mixedSets(photos: readonly SeenPhoto[], count: number, random: () => number): readonly number[] {
  return Array.from({ length: draws }, () => {
    const subjects = shuffled([...groupBy(photos, ({ subject }) => subject).values()], random).slice(0, count)
    return spreadOf(subjects.flatMap((own) => shuffled(own, random)[0]?.vector ?? []))
  })
}

/**
 * Whether the spread of a set tells one subject's photos from photos of many, and from copies of one photo: a vendor that
 * always draws the same picture is to be seen.
 *
 * @param copies - of one photo each, by subject
 */
export function printSpread(photos: readonly SeenPhoto[], copies: ReadonlyMap<string, readonly Float32Array[]>): void {
  const random = seededRandom(1)
  const groups = [...groupBy(photos, ({ subject }) => subject).values()].filter((own) => own.length > 2)
  const own = groups.map((group) => spreadOf(group.map(({ vector }) => vector)))
  const mixed = groups.flatMap((group) => mixedSets(photos, Math.min(group.length, groups.length), random))
  const repeated = [...copies.values()].map(spreadOf)
  printTable(
    'Spread of a set (mean of 1 - cosine)',
    ['told apart', 'sets', 'AUC', 'mean spread'],
    [
      [
        'photos of many subjects from photos of one',
        `${mixed.length} and ${own.length}`,
        auc({ same: mixed, different: own }),
        `${digits(mean(mixed))} and ${digits(mean(own))}`,
      ],
      [
        'photos of one subject from copies of one photo',
        `${own.length} and ${repeated.length}`,
        auc({ same: own, different: repeated }),
        `${digits(mean(own))} and ${digits(mean(repeated))}`,
      ],
    ],
  )
}
