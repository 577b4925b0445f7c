// pnpm bench:pixels <folder of folders of photos, or a folder of photos> [photos to distort, 30 by default]
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  createLeakageCheck,
  createTechnicalQuality,
  type Direction,
  findNearDuplicates,
  hashPicture,
  type TechnicalMeasurement,
  type TechnicalMeasureName,
  type TechnicalQuality,
  technicalMeasures,
} from '@likeness/compare'
import sharp from 'sharp'
import { copies, distortions } from './distortions.ts'

type Distortion = keyof typeof distortions

/** Where a distortion must move a measure; what is not named here may go either way. */
const expected: Readonly<Record<TechnicalMeasureName, Partial<Record<Distortion, 'up' | 'down'>>>> = {
  'laplacian-variance': {
    'blur 1': 'down',
    'blur 2': 'down',
    'blur 4': 'down',
    'scaled up 2x': 'down',
    'scaled up 4x': 'down',
  },
  'blur-effect': { 'blur 1': 'up', 'blur 2': 'up', 'blur 4': 'up', 'scaled up 2x': 'up', 'scaled up 4x': 'up' },
  'detail-ratio': {
    'blur 1': 'down',
    'blur 2': 'down',
    'blur 4': 'down',
    'scaled up 2x': 'down',
    'scaled up 4x': 'down',
  },
  'noise-level': { 'noise 5': 'up', 'noise 15': 'up', 'noise 30': 'up', 'blur 2': 'down' },
  blockiness: { 'JPEG 60': 'up', 'JPEG 30': 'up', 'JPEG 10': 'up' },
  colourfulness: { 'grey by 75 %': 'down' },
  'mean-luma': { dark: 'down', blown: 'up' },
  'clipped-low': {},
  'clipped-high': { blown: 'up' },
  'luma-range': { dark: 'down' },
  'luma-entropy': { dark: 'down' },
  naturalness: {
    'blur 1': 'up',
    'blur 2': 'up',
    'blur 4': 'up',
    'noise 5': 'up',
    'noise 15': 'up',
    'noise 30': 'up',
    'JPEG 60': 'up',
    'JPEG 30': 'up',
    'JPEG 10': 'up',
    'scaled up 2x': 'up',
    'scaled up 4x': 'up',
  },
}

/** Side to which photos are scaled down before they are distorted, in pixels. */
const SIDE = 768

const names = Object.keys(distortions) as readonly Distortion[]

async function photosBelow(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true })
  return files
    .filter((file) => /\.(jpe?g|png|webp|avif)$/i.test(file))
    .sort()
    .map((file) => join(folder, file))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

const evenly = <Item>(items: readonly Item[], count: number) =>
  items.filter(
    (_, index) => Math.floor((index * count) / items.length) !== Math.floor(((index - 1) * count) / items.length),
  )

type Values = Readonly<Record<string, number | undefined>>

function valuesOf(measurements: readonly TechnicalMeasurement[]): Values {
  return Object.fromEntries(
    measurements.map(({ measure, reading }) => [measure, reading.state === 'measured' ? reading.value : undefined]),
  )
}

interface Measured {
  readonly clean: Values
  readonly distorted: Readonly<Record<Distortion, Values>>
}

async function measurePhoto(quality: TechnicalQuality, photo: string): Promise<Measured> {
  const clean = await sharp(photo)
    .autoOrient()
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
  const distorted = []
  for (const name of names) {
    distorted.push([name, valuesOf(await quality.measure(await distortions[name](sharp(clean))))] as const)
  }
  return {
    clean: valuesOf(await quality.measure(clean)),
    distorted: Object.fromEntries(distorted) as Measured['distorted'],
  }
}

function cell(photos: readonly Measured[], measure: TechnicalMeasureName, name: Distortion): string {
  const pairs = photos.flatMap(({ clean, distorted }) => {
    const [before, after] = [clean[measure], distorted[name][measure]]
    return before === undefined || after === undefined ? [] : [{ before, after }]
  })
  const shown = format(median(pairs.map(({ after }) => after)))
  const way = expected[measure][name]
  if (way === undefined || pairs.length === 0) return shown
  const right = pairs.filter(({ before, after }) => (way === 'up' ? after > before : after < before)).length
  return `${shown} (${way} ${Math.round((100 * right) / pairs.length)} %)`
}

const format = (value: number) => (Number.isNaN(value) ? '-' : String(Number(value.toPrecision(3))))

/** Photos that a model of the natural learns from are never those that are measured: two halves, folder by folder. */
async function measureAll(photos: readonly string[], chosen: readonly string[]): Promise<Measured[]> {
  const folders = [...new Set(photos.map((photo) => dirname(photo)))]
  const half = (photo: string) => (folders.length > 1 ? folders.indexOf(dirname(photo)) : photos.indexOf(photo)) % 2
  const measured: Measured[] = []
  for (const side of [0, 1]) {
    const quality = await createTechnicalQuality(photos.filter((photo) => half(photo) !== side))
    for (const photo of chosen.filter((one) => half(one) === side)) {
      measured.push(await measurePhoto(quality, photo))
      console.error(`${measured.length} of ${chosen.length} photos`)
    }
  }
  return measured
}

async function printCopies(photos: readonly string[], chosen: readonly string[]): Promise<void> {
  const check = await createLeakageCheck(photos)
  console.log('\n| copy of a photo | found as that photo | bits away: mean / most |\n| --- | --- | --- |')
  for (const [name, copy] of Object.entries(copies)) {
    const found = []
    for (const photo of chosen) found.push({ photo, leakage: await check.check(await copy(sharp(photo).autoOrient())) })
    const right = found.filter(
      ({ photo, leakage }) => leakage.state === 'measured' && leakage.leaked && photos[leakage.photo] === photo,
    )
    const bits = found.flatMap(({ leakage }) => (leakage.state === 'measured' ? [leakage.distance] : []))
    const mean = bits.reduce((sum, distance) => sum + distance, 0) / bits.length
    console.log(`| ${name} | ${right.length} of ${found.length} | ${format(mean)} / ${Math.max(...bits)} |`)
  }
  const hashes = []
  for (const photo of photos) hashes.push(await hashPicture(photo))
  const { pairs } = findNearDuplicates(hashes)
  console.log(`\nNear-duplicates among the ${photos.length} photos themselves: ${pairs.length}`)
  for (const { first, second, distance } of pairs) {
    const called = (index: number) => `${basename(dirname(photos[index] ?? ''))}/${basename(photos[index] ?? '')}`
    console.log(`  ${called(first)} and ${called(second)}, ${distance} bits`)
  }
}

const [folder, count = '30'] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: pixels.ts <folder of photos, or of folders of photos> [photos to distort]')
  process.exit(2)
}
const photos = await photosBelow(folder)
const chosen = evenly(photos, Math.min(Number(count), photos.length))
const measured = await measureAll(photos, chosen)
const arrows: Readonly<Record<Direction, string>> = { higher: 'higher', lower: 'lower', 'as-photos': 'as photos' }
console.log(`${chosen.length} of ${photos.length} photos at ${SIDE} px: median, and how many moved the way they must\n`)
console.log(`| measure | better | clean | ${names.join(' | ')} |`)
console.log(`| --- | --- | --- |${' --- |'.repeat(names.length)}`)
for (const { name, direction } of technicalMeasures) {
  const clean = format(median(measured.flatMap(({ clean }) => clean[name] ?? [])))
  console.log(
    `| ${name} | ${arrows[direction]} | ${clean} | ${names.map((each) => cell(measured, name, each)).join(' | ')} |`,
  )
}
await printCopies(photos, chosen)
