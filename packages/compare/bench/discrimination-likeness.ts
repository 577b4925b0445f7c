import { basename } from 'node:path'
import { groupBy, type Photo } from './discrimination-photos.ts'
import { auc, digits, mean, printTable, type Scores, share } from './discrimination-table.ts'

/** A photo and where a scorer saw it: a direction of length 1. */
export interface SeenPhoto extends Photo {
  readonly vector: Float32Array
}

const dot = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)

/** Cosine of a photo to the mean of others, as the report's score is. */
function againstMean({ vector }: SeenPhoto, others: readonly SeenPhoto[]): number {
  const centre = vector.map((_, index) => others.reduce((sum, other) => sum + (other.vector[index] ?? 0), 0))
  return dot(vector, centre) / Math.hypot(...centre)
}

/** Every pair of photos once, where one of both counts. */
function pairScores(photos: readonly SeenPhoto[], counts: (one: SeenPhoto, other: SeenPhoto) => boolean): Scores {
  const [same, different]: [number[], number[]] = [[], []]
  for (const [index, one] of photos.entries()) {
    for (const other of photos.slice(0, index)) {
      if (counts(one, other)) (one.subject === other.subject ? same : different).push(dot(one.vector, other.vector))
    }
  }
  return { same, different }
}

interface SubjectScore {
  readonly photo: SeenPhoto
  readonly subject: string
  readonly className: string
  readonly value: number
}

/** Each photo against each subject's other photos; those with fewer than 2 are left out, as they have no mean. */
function subjectScores(photos: readonly SeenPhoto[]): readonly SubjectScore[] {
  const subjects = [...groupBy(photos, ({ subject }) => subject)].filter(([, own]) => own.length > 2)
  return photos.flatMap((photo) =>
    subjects.map(([subject, own]) => {
      const others = own.filter((other) => other !== photo)
      return { photo, subject, className: own[0]?.className ?? '', value: againstMean(photo, others) }
    }),
  )
}

const split = (scores: readonly SubjectScore[]): Scores => ({
  same: scores.filter(({ photo, subject }) => photo.subject === subject).map(({ value }) => value),
  different: scores.filter(({ photo, subject }) => photo.subject !== subject).map(({ value }) => value),
})

/** Photos whose best score is that of their own subject. */
function nearestIsOwn(scores: readonly SubjectScore[]): string {
  const groups = [...Map.groupBy(scores, ({ photo }) => photo).values()]
  const best = groups.map((group) => group.toSorted((one, other) => other.value - one.value)[0])
  return share(best.filter((one) => one?.photo.subject === one?.subject).length, best.length)
}

function row(
  title: string,
  photos: readonly SeenPhoto[],
  counted: ReadonlySet<SeenPhoto>,
  scores: readonly SubjectScore[],
) {
  const own = scores.filter(({ photo }) => counted.has(photo))
  const classmates = own.filter(({ photo, className }) => photo.className === className)
  const all = split(own)
  return [
    title,
    `${new Set([...counted].map(({ subject }) => subject)).size}`,
    `${counted.size}`,
    auc(all),
    auc(split(classmates)),
    auc(pairScores(photos, (one, other) => counted.has(one) || counted.has(other))),
    auc(pairScores([...counted], (one, other) => one.className === other.className)),
    nearestIsOwn(own),
    `${digits(mean(all.same))} / ${digits(mean(all.different))}`,
  ]
}

/** Photos that another subject's photos are nearest to, or come nearest to being: where the scorer fails first. */
function printHardest(scores: readonly SubjectScore[]): void {
  const hardest = [...Map.groupBy(scores, ({ photo }) => photo)].flatMap(([photo, group]) => {
    const own = group.find(({ subject }) => subject === photo.subject)
    const [other] = group.filter((one) => one !== own).sort((one, another) => another.value - one.value)
    return own === undefined || other === undefined ? [] : [{ photo, own, other }]
  })
  hardest.sort((one, another) => one.own.value - one.other.value - (another.own.value - another.other.value))
  printTable(
    'Hardest photos',
    ['photo', 'likeness to its own', 'to the nearest other', 'which'],
    hardest
      .slice(0, 5)
      .map(({ photo, own, other }) => [
        `${photo.subject}/${basename(photo.path)}`,
        digits(own.value),
        digits(other.value),
        other.subject,
      ]),
  )
}

/** How well a scorer of likeness tells subjects apart: all of them, by kind and by class. */
export function printLikeness(title: string, photos: readonly SeenPhoto[]): void {
  const scores = subjectScores(photos)
  const group = (name: string, of: (photo: SeenPhoto) => boolean) =>
    row(name, photos, new Set(photos.filter(of)), scores)
  const kinds = [...new Set(photos.map(({ kind }) => kind))].sort()
  const crowded = [...groupBy(photos, ({ className }) => className)]
    .filter(([, own]) => new Set(own.map(({ subject }) => subject)).size > 1)
    .map(([className]) => className)
  printTable(
    title,
    [
      'of',
      'subjects',
      'photos',
      'AUC against the mean of the others',
      'only of one class',
      'AUC of pairs',
      'only of one class',
      'nearest is its own',
      'mean same / different',
    ],
    [
      group('all', () => true),
      ...kinds.map((kind) => group(kind, (photo) => photo.kind === kind)),
      ...crowded.map((className) => group(`class ${className}`, (photo) => photo.className === className)),
    ],
  )
  printHardest(scores)
}
