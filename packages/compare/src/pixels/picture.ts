import { LikenessError } from '@likeness/core'
import type { Sharp } from 'sharp'
import { lumaOf, type Pixels } from './plane.js'

/** Path of an image file, or its bytes. */
export type PictureSource = string | Uint8Array

/** Pixels of one picture at the two sizes that measures need. */
export interface Picture {
  /** In pixels, as it is shown. */
  readonly width: number
  readonly height: number
  /**
   * As stored, neither scaled nor turned: the middle, at most {@link STORED_SIDE} a side. Its first pixel lies on the
   * 8 x 8 grid of a JPEG.
   */
  readonly stored: Pixels
  /** As shown, scaled down to {@link SHOWN_SIDE} at the longer side; never up. */
  readonly shown: Pixels
}

/** Longest side of {@link Picture.shown}: photos of a camera and generated pictures then compare. In pixels. */
const SHOWN_SIDE = 1024

/** Longest side of {@link Picture.stored}, so that memory stays flat for photos of any size. In pixels. */
const STORED_SIDE = 2048

// A grey ground: black or white would count as clipped.
const GROUND = '#808080'

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .flatten({ background: GROUND })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  return { width, height, rgb: data, luma: lumaOf(data, width, height) }
}

const onGrid = (left: number) => left - (left % 8)

/**
 * Decodes a picture for the measures of this folder. They take what it answers as well, so that many decode once.
 *
 * @param field - what an error calls it, e.g. `photos.3`
 * @throws LikenessError `invalid-request` where it cannot be read or decoded
 */
export async function readPicture(source: PictureSource | Picture, field = 'picture'): Promise<Picture> {
  if (typeof source === 'object' && 'stored' in source) return source
  const { default: sharp } = await import('sharp')
  try {
    const { width, height, orientation, autoOrient } = await sharp(source).metadata()
    const side = { width: Math.min(width, STORED_SIDE), height: Math.min(height, STORED_SIDE) }
    const middle = { left: onGrid((width - side.width) >> 1), top: onGrid((height - side.height) >> 1), ...side }
    const scaled = { width: SHOWN_SIDE, height: SHOWN_SIDE, fit: 'inside', withoutEnlargement: true } as const
    const stored = await pixelsOf(sharp(source, { failOn: 'error' }).extract(middle))
    const asStored = (orientation ?? 1) === 1 && Math.max(width, height) <= SHOWN_SIDE
    const shown = asStored ? stored : await pixelsOf(sharp(source, { failOn: 'error' }).autoOrient().resize(scaled))
    return { width: autoOrient.width, height: autoOrient.height, stored, shown }
  } catch (cause) {
    const message = `cannot be decoded; allowed are whole JPEG, PNG, WebP, AVIF, GIF and TIFF images`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${field}: ${message}`,
      fields: [{ field, message }],
      cause,
    })
  }
}
