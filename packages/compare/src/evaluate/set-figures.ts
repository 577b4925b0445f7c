import { findNearDuplicates } from '../pixels/near-duplicates.js'
import { clusterMean, fromZero } from './cluster-mean.js'
import { clusterOf, type PictureWork } from './evaluated-work.js'
import type { Figure } from './evaluation.js'
import { shareFigure } from './figure.js'
import type { RandomFor } from './random-for.js'
import type { RunMeasureName } from './run-measures.js'
import { isLeaked } from './usable.js'

type SetMeasureName = Extract<RunMeasureName, 'near-duplicates' | 'spread' | 'spread-in-all' | 'leaked-share'>

/** Mean of 1 - cosine over all pairs of vectors of length 1: the sum of all cosines is the square of the vectors' sum. */
export function spreadOf(vectors: readonly Float32Array[]): number | undefined {
  const count = vectors.length
  const [first] = vectors
  if (first === undefined || count < 2) return undefined
  const sum = new Float64Array(first.length)
  for (const vector of vectors) {
    for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0)
  }
  const square = sum.reduce((total, value) => total + value * value, 0)
  return Math.max(0, 1 - (square - count) / (count * (count - 1)))
}

function spreadFigure(
  pictures: readonly PictureWork[],
  groupOf: (work: PictureWork) => string,
  clusterOf: (work: PictureWork) => string,
  random: ReturnType<RandomFor>,
): Figure {
  const seen = pictures.filter(({ embedding }) => embedding !== undefined)
  const spreads = [...Map.groupBy(seen, groupOf)].flatMap(([, group]) => {
    const value = spreadOf(group.flatMap(({ embedding }) => embedding ?? []))
    const [first] = group
    return value === undefined || first === undefined ? [] : [{ cluster: clusterOf(first), value }]
  })
  const message = seen.length === 0 ? 'no scorer gave embeddings' : 'no two pictures to compare'
  return clusterMean(spreads, random, message, fromZero)
}

function duplicates(pictures: readonly PictureWork[]): Figure {
  const hashed = pictures.filter(({ hash }) => hash !== undefined)
  const groups = [...Map.groupBy(hashed, ({ picture }) => picture.subject).values()]
  const repeats = groups
    .map((group) => findNearDuplicates(group.map(({ hash }) => hash)))
    .reduce((sum, { pairs }) => sum + new Set(pairs.map(({ second }) => second)).size, 0)
  return shareFigure(repeats, hashed.length, 'no scorer gave perceptual hashes')
}

function leaks(pictures: readonly PictureWork[]): Figure {
  const looked = pictures.flatMap(({ picture }) => isLeaked(picture.readings) ?? [])
  return shareFigure(
    looked.filter(Boolean).length,
    looked.length,
    'nobody compared the pictures with the training photos',
  )
}

/** What the pictures of one vendor have in common. A repeat has the seed of another picture and should be like it. */
export function setFigures(
  pictures: readonly PictureWork[],
  randomFor: RandomFor,
): Readonly<Record<SetMeasureName, Figure>> {
  const once = pictures.filter(({ picture }) => picture.repeat === 1)
  const prompt = ({ picture }: PictureWork) => clusterOf(picture)
  const place = ({ picture }: PictureWork) => `${clusterOf(picture)}/${picture.size ?? ''}`
  const subject = ({ picture }: PictureWork) => picture.subject
  return {
    'near-duplicates': duplicates(once),
    spread: spreadFigure(once, place, prompt, randomFor('spread')),
    'spread-in-all': spreadFigure(once, subject, subject, randomFor('spread-in-all')),
    'leaked-share': leaks(pictures),
  }
}
