import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of photos of one thing. */
export interface SubjectFolder {
  readonly name: string
  /** From the folder's name: dog, dog3 and big_dog are dogs. */
  readonly className: string
  readonly photos: readonly string[]
}

const picture = /\.(jpe?g|png|webp|avif)$/i

/** The folders of a folder that hold at least 3 photos: fewer cannot be scored against. */
export async function subjectFolders(root: string): Promise<readonly SubjectFolder[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const subjects = await Promise.all(
    folders.map(async ({ name }) => {
      const files = (await readdir(join(root, name))).filter((file) => picture.test(file)).sort()
      const className =
        name
          .replace(/\d+$/, '')
          .split(/[_\s-]+/)
          .at(-1) ?? name
      return { name, className, photos: files.map((file) => join(root, name, file)) }
    }),
  )
  return subjects.filter(({ photos }) => photos.length >= 3)
}
