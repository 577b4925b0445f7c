import { LikenessError } from '@likeness/core'
import type { Picture, PictureSource } from '../pixels/picture.js'

/** A decoded picture: red, green and blue of each pixel, 0 to 255, row by row. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** Longest side of a decoded picture, in pixels: the models look at 112 to 256. */
const longestSide = 1024

/**
 * Decodes a picture as it is shown: turned as its EXIF says, on grey where it is transparent, scaled down to 1024 pixels at
 * the longer side. What `readPicture` answered is taken as well, and not decoded again.
 *
 * @param field what an error calls it, e.g. `photos.3`
 * @throws {LikenessError} `invalid-request`: it cannot be read or decoded
 */
export async function readRaster(source: PictureSource | Picture, field: string): Promise<Raster> {
  if (typeof source === 'object' && 'stored' in source) return source.shown
  const { default: sharp } = await import('sharp')
  try {
    const { data, info } = await sharp(source)
      .autoOrient()
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgb: data }
  } catch (cause) {
    const message = 'cannot be decoded; allowed are whole JPEG, PNG, WebP, AVIF, GIF and TIFF images'
    const fields = [{ field, message }]
    throw new LikenessError({ kind: 'invalid-request', message: `${field}: ${message}`, fields, cause })
  }
}
