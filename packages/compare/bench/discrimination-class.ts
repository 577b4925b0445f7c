import { imageNetClasses, topFive } from '@likeness/compare'
import type { Photo } from './discrimination-photos.ts'
import { auc, printTable, share } from './discrimination-table.ts'

/** A photo and how probable each of ImageNet's classes is in it. */
export interface ClassifiedPhoto extends Photo {
  readonly probabilities: Float32Array
}

/** Whether `class-shown` is right of the class of a photo, and of the classes of others. */
export function printClassShown(photos: readonly ClassifiedPhoto[]): void {
  const words = [...new Set(photos.map(({ className }) => className))].sort()
  const known = words.flatMap((word) => {
    const classes = imageNetClasses(word)
    return classes === undefined ? [] : [{ word, classes }]
  })
  const rows = known.map(({ word, classes }) => {
    const judged = photos.map(({ className, probabilities }) => ({
      right: className === word,
      shown: topFive(probabilities).some((index) => classes.includes(index)),
      probability: classes.reduce((sum, index) => sum + (probabilities[index] ?? 0), 0),
    }))
    const [right, wrong] = [judged.filter((one) => one.right), judged.filter((one) => !one.right)]
    const probabilities = (of: typeof judged) => of.map(({ probability }) => probability)
    return [
      word,
      share(right.filter(({ shown }) => shown).length, right.length),
      share(wrong.filter(({ shown }) => shown).length, wrong.length),
      auc({ same: probabilities(right), different: probabilities(wrong) }),
    ]
  })
  printTable(
    'The class is there (class-shown)',
    ['class', 'said of its photos', 'said of others', 'AUC of its probability'],
    rows,
  )
  const unknown = words.filter((word) => known.every((one) => one.word !== word))
  if (unknown.length > 0) console.log(`\nNot measured, as ImageNet has no such class: ${unknown.join(', ')}`)
}
