import { type ReadyScorer, readPicture, type ScoredPicture, type Scorer } from '@likeness/compare'
import { printLikeness, type SeenPhoto } from './discrimination-likeness.ts'
import { groupBy, type Photo } from './discrimination-photos.ts'
import { auc, printTable, share } from './discrimination-table.ts'

/** Every class is asked for in the same words. */
const prompt = 'a photo of a {subject}'

function scoredPicture({ path }: Photo): ScoredPicture {
  return { path, prompt, mediaType: 'image/*', pixels: () => readPicture(path, path) }
}

async function openFor(scorer: Scorer, own: readonly Photo[]): Promise<ReadyScorer | undefined> {
  const className = own[0]?.className ?? ''
  const photos = own.map(({ path }) => path)
  const opened = await scorer.open({ key: className, subject: { className }, photos, heldOut: [] })
  if (opened.state === 'ready') return opened
  console.log(`\nNot measured. ${opened.reason}`)
  return undefined
}

function directionOf(embedding: string): Float32Array {
  const bytes = Buffer.from(embedding, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}

/** Where the scorer sees each photo: that does not depend on the subject that it was opened for. */
async function printSeen(scorer: Scorer, photos: readonly Photo[], onPhoto: () => void): Promise<void> {
  const [first = []] = groupBy(photos, ({ subject }) => subject).values()
  const ready = await openFor(scorer, first)
  if (ready === undefined) return
  const seen: SeenPhoto[] = []
  for (const photo of photos) {
    const { embedding } = await ready.score(scoredPicture(photo))
    if (embedding !== undefined) seen.push({ ...photo, vector: directionOf(embedding) })
    onPhoto()
  }
  await ready.close()
  printLikeness(`Likeness (${scorer.id}), ${share(seen.length, photos.length)} photos`, seen)
}

/** Each photo against the name of each class. */
async function printAdherence(scorer: Scorer, photos: readonly Photo[], onPhoto: () => void): Promise<void> {
  const values: { readonly photo: Photo; readonly className: string; readonly value: number }[] = []
  for (const [className, own] of groupBy(photos, (photo) => photo.className)) {
    const ready = await openFor(scorer, own)
    if (ready === undefined) return
    for (const photo of photos) {
      const { readings } = await ready.score(scoredPicture(photo))
      for (const reading of Object.values(readings))
        if (reading.state === 'measured') values.push({ photo, className, value: reading.value })
      onPhoto()
    }
    await ready.close()
  }
  const classes = [...new Set(photos.map(({ className }) => className))]
  const rows = ['all', ...classes].map((name) => {
    const counted = values.filter(({ photo }) => name === 'all' || photo.className === name)
    const [right, wrong] = [true, false].map((wanted) =>
      counted.filter(({ photo, className }) => (photo.className === className) === wanted).map(({ value }) => value),
    )
    const best = [...Map.groupBy(counted, ({ photo }) => photo).values()].map(
      (group) => group.toSorted((one, other) => other.value - one.value)[0],
    )
    return [
      name,
      auc({ same: right ?? [], different: wrong ?? [] }),
      share(best.filter((one) => one?.className === one?.photo.className).length, best.length),
    ]
  })
  printTable(
    `Fits the prompt (${scorer.id})`,
    ['photos of', 'AUC of the right class against others', 'best is its own'],
    rows,
  )
}

/**
 * How well a scorer with the user's own weights discriminates.
 *
 * @param counter - answers what is called for each photo that is done, of so many
 */
export async function printPlugin(
  scorer: Scorer,
  photos: readonly Photo[],
  counter: (what: string, total: number) => () => void,
): Promise<void> {
  if (photos.length === 0) return
  const classes = groupBy(photos, ({ className }) => className).size
  if (scorer.id.startsWith('adherence-'))
    await printAdherence(scorer, photos, counter(scorer.id, photos.length * classes))
  else await printSeen(scorer, photos, counter(scorer.id, photos.length))
}
