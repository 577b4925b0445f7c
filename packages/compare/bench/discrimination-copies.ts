import { createLeakageCheck, findNearDuplicates, hashPicture, type Picture, readPicture } from '@likeness/compare'
import sharp from 'sharp'
import { groupBy, type Photo } from './discrimination-photos.ts'
import { auc, digits, mean, printTable, share } from './discrimination-table.ts'
import { copies } from './distortions.ts'

type Copy = keyof typeof copies

/** How far a copy, or another photo of the subject, is from a photo. */
interface Found {
  /** In bits; nothing where a picture shows one colour. */
  readonly distance: number
  /** Whether it counts as the photo that came back, and as a near-duplicate. */
  readonly leaked: boolean
  readonly duplicate: boolean
}

const names = Object.keys(copies) as readonly Copy[]

async function compare(
  check: Awaited<ReturnType<typeof createLeakageCheck>>,
  photo: Picture,
  other: Picture,
): Promise<Found | undefined> {
  const leakage = await check.check(other)
  if (leakage.state === 'not-measured') return undefined
  const { pairs } = findNearDuplicates([await hashPicture(photo), await hashPicture(other)])
  return { distance: leakage.distance, leaked: leakage.leaked, duplicate: pairs.length > 0 }
}

/** Copies of each photo, and the other photos of its subject, as they are found. */
async function compareAll(photos: readonly Photo[], onPhoto: () => void) {
  const found: Record<Copy | 'others', Found[]> = {
    'JPEG 40': [],
    'half size': [],
    '4 % cut off': [],
    mirrored: [],
    'middle square': [],
    others: [],
  }
  for (const own of groupBy(photos, ({ subject }) => subject).values()) {
    const pictures = await Promise.all(own.map(async ({ path }) => ({ path, picture: await readPicture(path, path) })))
    for (const { path, picture } of pictures) {
      const check = await createLeakageCheck([path])
      for (const name of names) {
        const copy = await readPicture(await copies[name](sharp(path).autoOrient()))
        found[name].push(...[(await compare(check, picture, copy)) ?? []].flat())
      }
      for (const other of pictures.filter((one) => one.path !== path))
        found.others.push(...[(await compare(check, picture, other.picture)) ?? []].flat())
      onPhoto()
    }
  }
  return found
}

/** Whether copies of a photo are told from other photos of the same subject. */
export async function printCopies(photos: readonly Photo[], onPhoto: () => void): Promise<void> {
  const { others, ...found } = await compareAll(photos, onPhoto)
  const bits = (of: readonly Found[]) => of.map(({ distance }) => distance)
  const different = bits(others).map((distance) => -distance)
  const all = Object.values(found).flat()
  const row = (title: string, of: readonly Found[], area: string) => [
    title,
    area,
    share(of.filter(({ leaked }) => leaked).length, of.length),
    share(of.filter(({ duplicate }) => duplicate).length, of.length),
    `${digits(mean(bits(of)))} / ${Math.min(...bits(of))} to ${Math.max(...bits(of))}`,
  ]
  const area = (of: readonly Found[]) => auc({ same: bits(of).map((distance) => -distance), different })
  printTable(
    'Copies of a photo against the other photos of its subject',
    ['picture', 'AUC of leakage', 'called leaked', 'called near-duplicate', 'bits from the photo: mean / range'],
    [
      ...names.map((name) => row(name, found[name], area(found[name]))),
      row('all copies', all, area(all)),
      row('other photos of the subject', others, ''),
    ],
  )
}
