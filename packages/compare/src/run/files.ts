import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openImages } from '@likeness/core/images'
import type { StoredImage } from './lines.js'
import type { PictureFile } from './store.js'

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
}

/** Keeps an image in a folder of the run, named by the hash of its content. Keeping it twice changes nothing. */
export async function keepImage(
  folder: string,
  place: 'images' | 'photos',
  { bytes, seed }: PictureFile,
): Promise<StoredImage> {
  const { images, close } = await openImages([bytes], { field: 'picture' })
  await close()
  const [image] = images
  if (image === undefined) throw new RangeError('a picture without content')
  const { mediaType, width, height } = image
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const name = `${sha256}.${extensions[mediaType] ?? 'bin'}`
  const path = join(folder, place, name)
  await mkdir(join(folder, place), { recursive: true, mode: 0o700 })
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) await writeWhole(path, bytes)
  return {
    sha256,
    file: `${place}/${name}`,
    bytes: bytes.byteLength,
    mediaType,
    width,
    height,
    ...(seed !== undefined && { seed }),
  }
}
