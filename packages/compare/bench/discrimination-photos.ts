import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { subjectKind } from '@likeness/core'

/** A photo of a subject, as it lies in a folder of folders. */
export interface Photo {
  readonly path: string
  /** Name of its folder. */
  readonly subject: string
  readonly className: string
  /** What tables are broken down by. */
  readonly kind: string
}

const picture = /\.(jpe?g|png|webp|avif)$/i

/** A class from a folder's name where nothing else tells it: dog, dog3, big_dog. */
function classFromName(subject: string): string {
  const words = subject.replace(/\d+$/, '').split(/[_\s-]+/)
  return words.at(-1) ?? subject
}

/** Lines such as `backpack_dog,backpack` in a text file of the folder; the DreamBooth dataset brings such a file. */
async function writtenClasses(folder: string): Promise<ReadonlyMap<string, string>> {
  const classes = new Map<string, string>()
  for (const name of (await readdir(folder)).filter((one) => /classes.*\.(txt|csv)$/i.test(one))) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      const [, subject, className] = /^([\w.-]+)\s*,\s*([\w -]+?)\s*$/.exec(line) ?? []
      if (subject !== undefined && className !== undefined) classes.set(subject, className)
    }
  }
  return classes
}

/** All photos below a folder that holds one folder for each subject. */
export async function findPhotos(folder: string): Promise<readonly Photo[]> {
  const classes = await writtenClasses(folder)
  const photos: Photo[] = []
  for (const subject of (await readdir(folder)).sort()) {
    // Links to folders count.
    if (!(await stat(join(folder, subject))).isDirectory()) continue
    const className = classes.get(subject) ?? classFromName(subject)
    const kind = subjectKind({ className }) ?? 'other things'
    for (const file of (await readdir(join(folder, subject))).filter((one) => picture.test(one)).sort()) {
      photos.push({ path: join(folder, subject, file), subject, className, kind })
    }
  }
  return photos
}

/** Photos by something they share, in the order in which it first comes. */
export function groupBy<Item>(items: readonly Item[], of: (item: Item) => string): ReadonlyMap<string, Item[]> {
  return Map.groupBy(items, of)
}
