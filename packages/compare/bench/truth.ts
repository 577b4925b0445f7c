// pnpm bench:truth <folder of folders of photos> [all | photos | qualities | equals, all by default]
// Does a comparison tell the truth? Each folder holds the photos of one subject. Vendors are emulated, so that it is known
// which of them shows the subject faithfully, half or not at all; scores, verdicts and recommendations are the real ones.
// photos: what real photos reach. qualities: three vendors of known quality, each subject. equals: runs drawn from a large
// one of the first subject, in which nobody is better.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EvaluateRunInput,
  evaluateRun,
  objectLikenessScorer,
  openEmbedder,
  parseComparisonPlan,
  quantile,
  seededRandom,
} from '@likeness/compare'
import { compareEmulated, type Fidelities } from './truth/compare-emulated.ts'
import { judgeDraws, winnersOf } from './truth/draws.ts'
import { photoLevels } from './truth/levels.ts'
import { type SubjectFolder, subjectFolders } from './truth/photos.ts'
import { prompts } from './truth/prompts.ts'

const parts = ['photos', 'qualities', 'equals'] as const
const draws = 100

const share = (values: readonly number[], holds: (value: number) => boolean) =>
  `${((100 * values.filter(holds).length) / values.length).toFixed(1)} %`
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function distribution(name: string, values: readonly number[]) {
  const at = (level: number) => quantile(values, level)?.toFixed(2)
  return {
    'likeness of': name,
    number: values.length,
    mean: mean(values).toFixed(2),
    '5 %': at(0.05),
    '50 %': at(0.5),
    '95 %': at(0.95),
    'below 0.25': share(values, (value) => value < 0.25),
    'from 0.5': share(values, (value) => value >= 0.5),
  }
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-truth-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Asked {
  readonly vendors: readonly (keyof Fidelities)[]
  readonly fidelities: Fidelities
  readonly prompts: number
  readonly seeds: readonly number[]
}

async function compare({ name, className, photos }: SubjectFolder, asked: Asked): Promise<EvaluateRunInput> {
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { [name]: { className, kind: 'product', images: [...photos] } },
    vendors: Object.fromEntries(asked.vendors.map((vendor) => [vendor, { provider: vendor }])),
    prompts: prompts(asked.prompts),
    seeds: [...asked.seeds],
    sizes: ['384x384'],
    concurrency: Object.fromEntries(asked.vendors.map((vendor) => [vendor, 2])),
    budget: { limitUSD: 10_000 },
  })
  return await inFolder((folder) =>
    compareEmulated({ folder, plan, fidelities: asked.fidelities, scorers: [objectLikenessScorer()] }),
  )
}

/** What photos of the subject, of others like it and of other things reach. */
async function printPhotos(subjects: readonly SubjectFolder[]): Promise<void> {
  const embedder = await openEmbedder('object')
  if (embedder.state !== 'ready') throw new Error(embedder.reason)
  try {
    const { same, sameClass, otherClass } = await photoLevels(embedder, subjects)
    console.log(`Photos of ${subjects.length} subjects, each against the photos of each subject`)
    console.table([
      distribution('the subject', same),
      ...(sameClass.length > 0 ? [distribution('another of the class', sameClass)] : []),
      ...(otherClass.length > 0 ? [distribution('something else', otherClass)] : []),
    ])
  } finally {
    await embedder.close()
  }
}

const vendors = ['astria', 'fal', 'segmind'] as const

/** Each subject at three vendors, whose parts change from subject to subject. */
async function printQualities(subjects: readonly SubjectFolder[]): Promise<void> {
  const levels = { faithful: [] as number[], half: [] as number[], dropped: [] as number[] }
  const rows = []
  for (const [index, subject] of subjects.entries()) {
    const turned = vendors.map((_, place) => vendors[(place + index) % vendors.length] ?? 'fal')
    const [faithful = 'fal', half = 'astria', dropped = 'segmind'] = turned
    const fidelities: Fidelities = { [faithful]: 'faithful', [half]: 'half', [dropped]: 'dropped' }
    const compared = await compare(subject, { vendors, fidelities, prompts: 12, seeds: [1] })
    const { judged, vendors: found, recommendation, pictures } = evaluateRun(compared)
    const of = (name: string) => found.find((vendor) => vendor.name === name)
    const figure = (name: string) => {
      const likeness = of(name)?.figures.likeness
      return likeness?.state === 'measured' ? likeness.value : Number.NaN
    }
    const [best, middle, worst] = [figure(faithful), figure(half), figure(dropped)]
    for (const { key, vendor, readings, error, state, trail } of pictures) {
      const fidelity = vendor === faithful ? 'faithful' : vendor === half ? 'half' : 'dropped'
      if (readings.likeness?.state === 'measured') levels[fidelity].push(readings.likeness.value)
      else console.log(`No likeness of ${key}: ${error?.message ?? readings.likeness?.message ?? state}`, trail)
    }
    const verdict = judged.find(({ measure }) => measure === 'likeness')?.verdict
    const flagged = found.filter(({ flags }) => flags.some(({ kind }) => kind === 'not-the-subject'))
    rows.push({
      subject: subject.name,
      faithful: best.toFixed(2),
      half: middle.toFixed(2),
      dropped: worst.toFixed(2),
      'in order': best > middle && middle > worst,
      'faithful wins': verdict?.outcome === 'winner' && verdict.winner === faithful,
      'only dropped flagged': flagged.length === 1 && flagged[0]?.name === dropped,
      'asked first': recommendation?.order[0] === faithful,
      'dropped left out': !(recommendation?.order ?? []).includes(dropped),
    })
  }
  console.log('Three vendors of known quality, 12 prompts of one picture each')
  console.table(rows)
  const told = rows.filter((row) => row['in order'] && row['only dropped flagged'] && row['dropped left out'])
  console.log(
    `${told.length} of ${rows.length} in order and flagged: ${told.length === rows.length ? 'MET' : 'MISSED'}`,
  )
  console.table(Object.entries(levels).map(([name, values]) => distribution(`pictures, ${name}`, values)))
}

const vendorPairs = [
  { title: 'equal: both faithful', fidelities: {}, swap: true },
  {
    title: 'equal, prompts much apart: one faithful, one half, swapped by chance',
    fidelities: { segmind: 'half' },
    swap: true,
  },
  { title: 'unequal: one faithful, one half', fidelities: { segmind: 'half' }, swap: false },
] as const

/** Draws runs from large ones, and counts the winners that are named. */
async function printEquals(subject: SubjectFolder): Promise<void> {
  const asked = { vendors: ['fal', 'segmind'], prompts: 40, seeds: [1, 2, 3] } as const
  const pools = new Map<string, EvaluateRunInput>()
  let mostNamed = 0
  const rows = []
  for (const { title, fidelities, swap } of vendorPairs) {
    const key = JSON.stringify(fidelities)
    const pool = pools.get(key) ?? (await compare(subject, { ...asked, fidelities }))
    pools.set(key, pool)
    for (const count of [8, 12, 20]) {
      const verdicts = judgeDraws(pool, draws, { prompts: count, seeds: 2, swap }, (index) =>
        seededRandom(7_000 + index),
      )
      const winners = winnersOf(verdicts)
      const named = Object.values(winners).reduce((sum, number) => sum + number, 0)
      if (swap) mostNamed = Math.max(mostNamed, named)
      rows.push({
        subject: subject.name,
        vendors: title,
        prompts: count,
        'winner named': `${named} of ${draws}`,
        ...winners,
      })
    }
  }
  console.log(`${draws} runs of 2 pictures a prompt, drawn from ${asked.prompts} prompts x ${asked.seeds.length} seeds`)
  console.table(rows)
  console.log(`At most 5 winners of equals: ${mostNamed <= 5 ? 'MET' : 'MISSED'}`)
}

const [root, part = 'all'] = process.argv.slice(2)
if (root === undefined) throw new TypeError('folder: name a folder that holds one folder of photos for each subject')
if (part !== 'all' && !parts.some((name) => name === part))
  throw new TypeError(`part: ${JSON.stringify(part)} is not allowed; allowed are all, ${parts.join(', ')}`)
const subjects = await subjectFolders(root)
const [first] = subjects
if (first === undefined) throw new TypeError(`folder: ${root} holds no folder of at least 3 photos`)
const wants = (name: (typeof parts)[number]) => part === 'all' || part === name
if (wants('photos')) await printPhotos(subjects)
if (wants('qualities')) await printQualities(subjects)
if (wants('equals')) await printEquals(first)
