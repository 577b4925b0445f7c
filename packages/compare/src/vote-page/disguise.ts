import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredImage } from '../run/lines.js'

/** Longest side of a picture as it is shown. In pixels. */
const longestSide = 1024
/** Longest side of a training photo, which only says who it should be. In pixels. */
const photoSide = 320

/** What a browser gets. */
export interface ShownImage {
  readonly mediaType: 'image/png' | 'image/jpeg'
  readonly bytes: Uint8Array<ArrayBuffer>
}

const readImage = (folder: string, { file }: StoredImage) => readFile(join(folder, file))

/**
 * Two pictures from which nothing can be read but what they show: same format, same number of pixels, no metadata. One of
 * another shape stands whole within the box of both, on transparent ground.
 *
 * @throws where one cannot be read or decoded
 */
export async function disguise(
  folder: string,
  images: readonly [StoredImage, StoredImage],
): Promise<readonly [ShownImage, ShownImage]> {
  const { default: sharp } = await import('sharp')
  const sources = await Promise.all(images.map((image) => readImage(folder, image)))
  const sizes = await Promise.all(sources.map(async (source) => (await sharp(source).metadata()).autoOrient))
  const widest = Math.max(...sizes.map(({ width }) => width))
  const highest = Math.max(...sizes.map(({ height }) => height))
  const scale = Math.min(1, longestSide / Math.max(widest, highest))
  const box = { width: Math.max(1, Math.round(widest * scale)), height: Math.max(1, Math.round(highest * scale)) }
  const show = async (source: Buffer | undefined): Promise<ShownImage> => {
    const { data, info } = await sharp(source, { failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .ensureAlpha()
      .resize({ ...box, fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    // From pixels alone: else the file would keep the resolution in dots per inch. Without loss, which would fall on the
    // pictures of one vendor harder than on those of another.
    const { width, height, channels } = info
    const bytes = await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 4 }).toBuffer()
    return { mediaType: 'image/png', bytes: new Uint8Array(bytes) }
  }
  return [await show(sources[0]), await show(sources[1])]
}

/** A training photo, small and without its metadata. */
export async function shrinkPhoto(folder: string, image: StoredImage): Promise<ShownImage> {
  const { default: sharp } = await import('sharp')
  const bytes = await sharp(await readImage(folder, image), { failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: photoSide, height: photoSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .jpeg({ quality: 85 })
    .toBuffer()
  return { mediaType: 'image/jpeg', bytes: new Uint8Array(bytes) }
}
