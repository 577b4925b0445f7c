import type { OverlayOptions, Sharp } from 'sharp'
import { compose } from './compose.js'
import type { SubjectFidelity } from './fidelity.js'
import { lettering, letteringWidth } from './lettering.js'
import { readPixels, svg, toImage } from './pixels.js'
import { randomOf } from './random.js'
import { drawStandIn } from './stand-in.js'
import { strangerPhotos } from './stranger.js'
import { styleOf } from './style.js'

/** A vendor's own subtle finish, so that its pictures can be told apart at a glance. */
export interface Look {
  /** 1 = as it is. */
  readonly brightness: number
  readonly saturation: number
  /** Degrees on the colour wheel, 0 = as it is. */
  readonly hue: number
}

export interface Subject {
  /** Paths or bytes of the photos that the fine-tune was trained on. */
  readonly photos: readonly (string | Uint8Array)[]
  /** 0 = not applied, 1 = fully. */
  readonly strength: number
}

export interface PictureOptions {
  /** Fine-tunes really applied; none = the stand-in that shows it. Several stand side by side. */
  readonly subjects: readonly Subject[]
  /** How well the subjects show. */
  readonly fidelity: SubjectFidelity
  readonly prompt: string
  /** Picture i of a batch uses seed + i. */
  readonly seed: number
  /** Pixels, after the vendor's own rounding. */
  readonly width: number
  readonly height: number
  readonly format: 'jpeg' | 'png' | 'webp'
  /** Another one chooses another photo, crop and shade. */
  readonly vendor: string
  readonly look: Look
}

/** From this strength on nothing of the stand-in shows. */
const fullStrength = 0.6

/**
 * Of the stranger in a half faithful picture. By ResNet-50 features, where 0 is what others reach and 1 what the photos of
 * the subject reach, 17 real subjects then reach 0.43 to 0.86; 0.78 to 0.99 where faithful, 0.00 to 0.07 where dropped.
 */
const strangerOpacity = 0.4

/**
 * Draws from the photos of the fine-tunes that were applied: the seed chooses photo, crop and shade (another at each
 * vendor), the words of the prompt choose medium and light. The same options give the same bytes.
 */
export async function drawPicture(options: PictureOptions): Promise<Buffer> {
  const { width, height, format } = options
  const applied = options.subjects.filter(({ photos, strength }) => photos.length > 0 && strength > 0)
  const strength = Math.min(1, Math.max(0, ...applied.map((subject) => subject.strength)) / fullStrength)
  const layers: OverlayOptions[] = [{ input: mark(options), top: 0, left: 0 }]
  if (applied.length > 0 && strength < 1) layers.unshift({ input: await ghost(options, 1 - strength), top: 0, left: 0 })
  const picture = applied.length === 0 ? await standIn(options) : await paintAs(options, applied)
  const finished = picture.composite(layers).removeAlpha()
  switch (format) {
    case 'jpeg':
      return await finished.jpeg({ quality: 90 }).toBuffer()
    case 'png':
      return await finished.png({ compressionLevel: 6 }).toBuffer()
    case 'webp':
      return await finished.webp({ quality: 88 }).toBuffer()
    default:
      throw new TypeError(
        `format must be jpeg, png or webp, got ${String(format satisfies never)} for a picture of ${width} x ${height}`,
      )
  }
}

/** The subjects, or what a less faithful vendor makes of them. */
async function paintAs(options: PictureOptions, subjects: readonly Subject[]): Promise<Sharp> {
  switch (options.fidelity) {
    case 'faithful':
      return await paint(options, subjects)
    case 'half': {
      const stranger = await (await paintStranger(options)).ensureAlpha(strangerOpacity).png().toBuffer()
      const mixed = (await paint(options, subjects)).composite([{ input: stranger, top: 0, left: 0 }])
      return toImage(await readPixels(mixed))
    }
    case 'dropped':
      return await paintStranger(options)
    default:
      throw new TypeError(
        `subjectFidelity must be faithful, half or dropped, got ${String(options.fidelity satisfies never)}`,
      )
  }
}

async function paintStranger(options: PictureOptions): Promise<Sharp> {
  return await paint(options, [{ photos: await strangerPhotos(), strength: 1 }])
}

async function paint(
  { prompt, seed, width, height, look, vendor }: PictureOptions,
  subjects: readonly Subject[],
): Promise<Sharp> {
  const random = randomOf(seed, prompt, vendor)
  const style = styleOf(prompt)
  const composed = await compose(subjects, width, height, random)
  const shaded = toImage(
    await readPixels(
      composed.modulate({
        brightness: look.brightness * random.between(0.96, 1.05),
        saturation: look.saturation * random.between(0.92, 1.12),
        hue: Math.round(look.hue + random.between(-5, 5)),
      }),
    ),
  )
  const lit = await style.light(shaded, random)
  return style.medium === undefined ? lit : await style.medium(lit, random)
}

async function standIn({ prompt, seed, width, height }: PictureOptions): Promise<Sharp> {
  return toImage(await readPixels(await drawStandIn(width, height, randomOf(seed, prompt))))
}

/** The stand-in, shining through a fine-tune that is applied weakly. */
async function ghost(options: PictureOptions, opacity: number): Promise<Buffer> {
  const image = await standIn(options)
  return await image.ensureAlpha(opacity).png().toBuffer()
}

/** Small, in the lower right corner, readable on light and dark. No vendor is named: people may vote on the picture. */
function mark({ width, height }: PictureOptions): Buffer {
  const text = 'emulated'
  const dot = Math.max(1, Math.round(Math.min(width, height) / 512))
  const x = width - letteringWidth(text) * dot - 6 * dot
  const y = height - 13 * dot
  return svg(
    width,
    height,
    lettering(text, x + dot, y + dot, dot, '#000000', 0.35) + lettering(text, x, y, dot, '#ffffff', 0.7),
  )
}
