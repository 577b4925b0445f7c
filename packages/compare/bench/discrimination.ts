// pnpm bench:likeness <folder of folders of photos> [face | object, object by default]
// Each folder holds the photos of one subject. Folders of one class are told by their name: dog, dog3, big_dog.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { areaUnderRoc, type Embedder, openEmbedder, type SubjectKind } from '@likeness/compare'

interface Photo {
  readonly subject: string
  readonly vector: Float32Array
}

/** What scores a list of pairs gives, apart for the same subject and for two. */
interface Scores {
  readonly same: number[]
  readonly different: number[]
}

const picture = /\.(jpe?g|png|webp|avif)$/i
const classOf = (subject: string) =>
  subject
    .replace(/\d+$/, '')
    .split(/[_\s-]+/)
    .at(-1) ?? subject
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const show = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(4))
const auc = ({ same, different }: Scores) =>
  same.length === 0 || different.length === 0 ? undefined : areaUnderRoc(same, different)
const dot = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)

function againstMean(photo: Photo, others: readonly Photo[]): number {
  const centre = photo.vector.map((_, index) => others.reduce((sum, { vector }) => sum + (vector[index] ?? 0), 0))
  return dot(photo.vector, centre) / Math.hypot(...centre)
}

async function photosIn(folder: string, embedder: Embedder) {
  const photos: Photo[] = []
  const withoutFace: string[] = []
  const started = performance.now()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const name of (await readdir(join(folder, entry.name))).filter((one) => picture.test(one)).sort()) {
      const path = join(folder, entry.name, name)
      const embedding = await embedder.embed(path, path)
      if (embedding.state === 'embedded') photos.push({ subject: entry.name, vector: embedding.vector })
      else withoutFace.push(join(entry.name, name))
    }
  }
  const milliseconds = (performance.now() - started) / Math.max(1, photos.length + withoutFace.length)
  return { photos, withoutFace, milliseconds }
}

/** Every pair once; `among` picks the pairs that count. */
function pairs(photos: readonly Photo[], among: (one: Photo, other: Photo) => boolean): Scores {
  const scores: Scores = { same: [], different: [] }
  for (const [index, one] of photos.entries()) {
    for (const other of photos.slice(0, index)) {
      if (!among(one, other)) continue
      scores[one.subject === other.subject ? 'same' : 'different'].push(dot(one.vector, other.vector))
    }
  }
  return scores
}

/** Each photo against the mean of each subject's photos, itself left out: what the report's score does. */
function subjectScores(photos: readonly Photo[]) {
  const scores: Scores = { same: [], different: [] }
  let right = 0
  const subjects = [...new Set(photos.map(({ subject }) => subject))]
  for (const photo of photos) {
    const values = subjects.flatMap((subject) => {
      const others = photos.filter((other) => other.subject === subject && other !== photo)
      return others.length === 0 ? [] : [{ subject, value: againstMean(photo, others) }]
    })
    for (const { subject, value } of values) scores[subject === photo.subject ? 'same' : 'different'].push(value)
    const best = values.toSorted((one, other) => other.value - one.value)[0]
    if (best?.subject === photo.subject) right += 1
  }
  return { scores, right }
}

function printClasses(photos: readonly Photo[]): void {
  const rows = [...new Set(photos.map(({ subject }) => classOf(subject)))].sort().map((name) => {
    const inClass = (photo: Photo) => classOf(photo.subject) === name
    const own = photos.filter(inClass)
    return {
      class: name,
      subjects: new Set(own.map(({ subject }) => subject)).size,
      photos: own.length,
      // Pairs with one photo, or both, of the class; then both of it alone: one dog against another.
      'AUC against all': show(auc(pairs(photos, (one, other) => inClass(one) || inClass(other)))),
      'AUC in the class': show(auc(pairs(own, () => true))),
    }
  })
  console.table(rows)
}

function print({ photos, withoutFace, milliseconds }: Awaited<ReturnType<typeof photosIn>>): void {
  const all = pairs(photos, () => true)
  const sameClass = pairs(photos, (one, other) => classOf(one.subject) === classOf(other.subject))
  const { scores, right } = subjectScores(photos)
  const line = (title: string, of: Scores) =>
    console.log(
      `${title}: ROC AUC ${show(auc(of))}; same ${of.same.length}, mean ${show(mean(of.same))}; ` +
        `different ${of.different.length}, mean ${show(mean(of.different))}`,
    )
  console.log(`${photos.length} photos, ${Math.round(milliseconds)} ms each; without a face: ${withoutFace.length}`)
  for (const name of withoutFace) console.log(`  ${name}`)
  line('Pairs', all)
  line('Pairs of one class', sameClass)
  line('Against the mean of the others', scores)
  console.log(`The nearest mean is the right one for ${right} of ${photos.length} photos`)
  printClasses(photos)
}

function kindOf(text: string | undefined): SubjectKind {
  if (text === undefined || text === 'object') return 'object'
  if (text === 'face') return 'face'
  throw new TypeError(`kind: ${JSON.stringify(text)} is not allowed; allowed are face and object`)
}

const [folder, kind] = process.argv.slice(2)
if (folder === undefined) throw new TypeError('folder: name a folder that holds one folder of photos for each subject')
const embedder = await openEmbedder(kindOf(kind))
if (embedder.state === 'ready') {
  print(await photosIn(folder, embedder))
  await embedder.close()
} else {
  console.error(embedder.reason)
  process.exitCode = 1
}
