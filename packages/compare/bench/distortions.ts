import type { Sharp } from 'sharp'

/** Takes a decoded picture and answers a worse one. */
export type Distort = (image: Sharp) => Promise<Buffer>

/** Ways to make a picture worse, each by a known amount. */
export const distortions = {
  'blur 1': (image) => image.blur(1).png().toBuffer(),
  'blur 2': (image) => image.blur(2).png().toBuffer(),
  'blur 4': (image) => image.blur(4).png().toBuffer(),
  'noise 5': (image) => noisy(image, 5),
  'noise 15': (image) => noisy(image, 15),
  'noise 30': (image) => noisy(image, 30),
  'JPEG 60': (image) => image.jpeg({ quality: 60 }).toBuffer(),
  'JPEG 30': (image) => image.jpeg({ quality: 30 }).toBuffer(),
  'JPEG 10': (image) => image.jpeg({ quality: 10 }).toBuffer(),
  'scaled up 2x': (image) => scaledUp(image, 2),
  'scaled up 4x': (image) => scaledUp(image, 4),
  'grey by 75 %': (image) => image.modulate({ saturation: 0.25 }).png().toBuffer(),
  dark: (image) => image.linear(0.35, 0).png().toBuffer(),
  blown: (image) => image.linear(1.7, 0).png().toBuffer(),
} as const satisfies Readonly<Record<string, Distort>>

/** Park and Miller's generator: the same noise at every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Adds normal noise of a standard deviation, in grey levels, the same to all three colours. */
async function noisy(image: Sharp, deviation: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const random = createRandom(1)
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  for (let first = 0; first < data.length; first += channels) {
    const added = deviation * normal()
    for (let index = first; index < first + channels; index++) {
      data[index] = Math.min(255, Math.max(0, Math.round((data[index] ?? 0) + added)))
    }
  }
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer()
}

/** The same size, with the detail of a picture `factor` times smaller. */
async function scaledUp(image: Sharp, factor: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await image.png().toBuffer({ resolveWithObject: true })
  const small = await sharp(data)
    .resize(Math.round(info.width / factor))
    .png()
    .toBuffer()
  return sharp(small).resize(info.width, info.height, { fit: 'fill' }).png().toBuffer()
}

/** Ways in which a picture stays the same to the eye. */
export const copies = {
  'JPEG 40': (image) => image.jpeg({ quality: 40 }).toBuffer(),
  'half size': async (image) => {
    const { width } = await image.metadata()
    return image
      .resize(width >> 1)
      .png()
      .toBuffer()
  },
  '4 % cut off': (image) => cutOff(image, 0.04),
  mirrored: (image) => image.flop().png().toBuffer(),
  'middle square': (image) => image.resize(512, 512).png().toBuffer(),
} as const satisfies Readonly<Record<string, Distort>>

async function cutOff(image: Sharp, share: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await image.png().toBuffer({ resolveWithObject: true })
  const [left, top] = [Math.round((info.width * share) / 2), Math.round((info.height * share) / 2)]
  return sharp(data)
    .extract({ left, top, width: info.width - 2 * left, height: info.height - 2 * top })
    .png()
    .toBuffer()
}
