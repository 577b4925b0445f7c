// pnpm bench:scorers <folder of folders of photos> [--faces] [--distort <photos>]
// Each folder holds the photos of one subject. Its class comes from a file of the folder above with lines such as
// `rex,dog`, else from its name: dog, dog3, big_dog.
// --faces takes all subjects for people, whatever their class; --distort 0 leaves the technical measures out.
// --clip, --siglip, --dinov2 <folder> and --arcface <file> measure weights of your own instead.
import { parseArgs } from 'node:util'
import { type Embedder, openEmbedder, pluginScorers, readPicture, type SubjectKind } from '@likeness/compare'
import sharp from 'sharp'
import { type ClassifiedPhoto, printClassShown } from './discrimination-class.ts'
import { printCopies } from './discrimination-copies.ts'
import { printLikeness, type SeenPhoto } from './discrimination-likeness.ts'
import { findPhotos, groupBy, type Photo } from './discrimination-photos.ts'
import { printPlugin } from './discrimination-plugins.ts'
import { printSpread } from './discrimination-spread.ts'
import { copies } from './distortions.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    faces: { type: 'boolean', default: false },
    distort: { type: 'string', default: '30' },
    clip: { type: 'string' },
    siglip: { type: 'string' },
    dinov2: { type: 'string' },
    arcface: { type: 'string' },
  },
})
const [folder] = positionals
if (folder === undefined || positionals.length > 1 || !/^\d+$/.test(values.distort)) {
  console.error(
    'usage: discrimination.ts <folder of folders of photos> [--faces] [--distort <photos>]\n' +
      '       [--clip <folder>] [--siglip <folder>] [--dinov2 <folder>] [--arcface <file>]',
  )
  process.exit(2)
}

const tell = (text: string) => console.error(text)

/** Calls back every tenth time. */
function counter(what: string, total: number): () => void {
  let done = 0
  return () => {
    done += 1
    if (done % 10 === 0 || done === total) tell(`${what}: ${done} of ${total} photos`)
  }
}

interface Looked {
  readonly seen: readonly SeenPhoto[]
  readonly classified: readonly ClassifiedPhoto[]
  readonly withoutFace: readonly Photo[]
  readonly milliseconds: number
}

async function look(embedder: Embedder, photos: readonly Photo[]): Promise<Looked> {
  const [seen, classified, withoutFace]: [SeenPhoto[], ClassifiedPhoto[], Photo[]] = [[], [], []]
  const count = counter(embedder.kind, photos.length)
  const started = performance.now()
  for (const photo of photos) {
    const embedding = await embedder.embed(photo.path, photo.path)
    if (embedding.state === 'no-face') withoutFace.push(photo)
    else {
      const { vector, probabilities } = embedding
      seen.push({ ...photo, vector })
      if (probabilities !== undefined) classified.push({ ...photo, probabilities })
    }
    count()
  }
  return { seen, classified, withoutFace, milliseconds: (performance.now() - started) / photos.length }
}

/** The first photo of each subject, as it would come from a vendor that always draws the same. */
async function copiesOf(embedder: Embedder, photos: readonly Photo[]) {
  const result = new Map<string, Float32Array[]>()
  for (const [subject, [first]] of groupBy(photos, (photo) => photo.subject)) {
    const vectors: Float32Array[] = []
    for (const copy of Object.values(copies)) {
      const picture = await readPicture(await copy(sharp(first?.path).autoOrient()))
      const embedding = await embedder.embed(picture)
      if (embedding.state === 'embedded') vectors.push(embedding.vector)
    }
    if (vectors.length > 1) result.set(subject, vectors)
  }
  return result
}

async function printNetwork(kind: SubjectKind, photos: readonly Photo[]): Promise<void> {
  if (photos.length === 0) return
  const embedder = await openEmbedder(kind)
  if (embedder.state !== 'ready') {
    console.log(`\nNot measured: likeness-${kind}. ${embedder.reason}`)
    return
  }
  const { seen, classified, withoutFace, milliseconds } = await look(embedder, photos)
  printLikeness(`Likeness (likeness-${kind}), ${Math.round(milliseconds)} ms a photo`, seen)
  if (kind === 'face') {
    console.log(`\nWithout a face: ${withoutFace.length} of ${photos.length}`)
    for (const { path } of withoutFace) console.log(`  ${path}`)
  }
  if (classified.length > 0) printClassShown(classified)
  printSpread(seen, await copiesOf(embedder, photos))
  await embedder.close()
}

const photos = await findPhotos(folder)
if (photos.length === 0) {
  console.error(`${folder} holds no folder with photos`)
  process.exit(2)
}
const people = photos.filter(({ kind }) => values.faces || kind === 'person')
const things = photos.filter((photo) => !people.includes(photo))
console.log(`${photos.length} photos of ${new Set(photos.map(({ subject }) => subject)).size} subjects`)

/** Scorers whose weights were named. */
function ownScorers() {
  const { clip, siglip, dinov2, arcface } = values
  const local = (path: string) => ({ folder: path, dtype: 'fp32' as const })
  return pluginScorers({
    scorers: {
      ...(clip !== undefined && { clip: local(clip) }),
      ...(siglip !== undefined && { siglip: local(siglip) }),
      ...(dinov2 !== undefined && { dinov2: local(dinov2) }),
      ...(arcface !== undefined && { arcface: { model: arcface } }),
    },
  })
}

async function printDefaults(path: string): Promise<void> {
  await printNetwork('face', people)
  await printNetwork('object', things)
  await printCopies(photos, counter('copies', photos.length))
  if (values.distort === '0') return
  console.log('\nTechnical measures: photos made worse by known amounts\n')
  process.argv.splice(2, process.argv.length, path, values.distort)
  await import('./pixels.ts')
}

const own = ownScorers()
for (const scorer of own) {
  const suited =
    scorer.suits({ className: 'person', kind: 'person' }) && !scorer.suits({ className: '', kind: 'product' })
  await printPlugin(scorer, suited ? people : photos, counter)
}
if (own.length === 0) await printDefaults(folder)
