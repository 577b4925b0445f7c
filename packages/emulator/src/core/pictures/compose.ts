import type { OverlayOptions, Sharp } from 'sharp'
import sharp from 'sharp'
import { svg } from './pixels.js'
import type { Random } from './random.js'

/** The photos of each subject, one chosen each, side by side (one above the other when the picture is upright). */
export async function compose(
  subjects: readonly { readonly photos: readonly (string | Uint8Array)[] }[],
  width: number,
  height: number,
  random: Random,
): Promise<Sharp> {
  const [first, ...others] = subjects
  if (first === undefined) throw new RangeError('compose needs at least one subject')
  if (others.length === 0) return sharp(await crop(first.photos, width, height, random))
  const upright = height > width
  const length = upright ? height : width
  const each = length / subjects.length
  const feather = Math.round(each * 0.12)
  const layers: OverlayOptions[] = []
  for (const [index, { photos }] of subjects.entries()) {
    const start = Math.round(index * each) - (index > 0 ? feather : 0)
    const size = Math.round((index + 1) * each) - start
    const [w, h] = upright ? [width, size] : [size, height]
    const panel = await crop(photos, w, h, random)
    const input = index === 0 ? panel : await fadeIn(panel, w, h, feather, upright)
    layers.push({ input, left: upright ? 0 : start, top: upright ? start : 0 })
  }
  const whole = sharp({ create: { width, height, channels: 3, background: '#808080' } }).composite(layers)
  return sharp(await whole.png().toBuffer())
}

/** Cover-crop, upright, with a zoom, a pan and perhaps a mirror of its own. */
async function crop(
  photos: readonly (string | Uint8Array)[],
  width: number,
  height: number,
  random: Random,
): Promise<Buffer> {
  const photo = photos[Math.floor(random.next() * photos.length)]
  if (photo === undefined) throw new RangeError('a subject needs at least one photo')
  // Far enough in that a picture is no copy of the photo, as a trained model makes none either.
  const zoom = random.between(1.15, 1.45)
  const wide = Math.ceil(width * zoom)
  const high = Math.ceil(height * zoom)
  const upright = await sharp(photo)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(wide, high, { fit: 'cover' })
    .toBuffer()
  const cropped = sharp(upright).extract({
    left: Math.round((wide - width) * random.between(0.25, 0.75)),
    top: Math.round((high - height) * random.between(0.1, 0.6)),
    width,
    height,
  })
  return await (random.next() < 0.5 ? cropped : cropped.flop()).removeAlpha().png({ compressionLevel: 1 }).toBuffer()
}

async function fadeIn(
  panel: Buffer,
  width: number,
  height: number,
  feather: number,
  upright: boolean,
): Promise<Buffer> {
  const end = (feather / (upright ? height : width)) * 100
  const axis = upright ? 'x2="0" y2="1"' : 'x2="1" y2="0"'
  const mask = svg(
    width,
    height,
    `<linearGradient id="g" x1="0" y1="0" ${axis}><stop offset="0" stop-color="#fff" stop-opacity="0"/>` +
      `<stop offset="${end}%" stop-color="#fff"/></linearGradient><rect width="100%" height="100%" fill="url(#g)"/>`,
  )
  return await sharp(panel)
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }])
    .png({ compressionLevel: 1 })
    .toBuffer()
}
