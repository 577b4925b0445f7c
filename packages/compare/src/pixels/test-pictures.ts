import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import type { Plane } from './plane.js'

const folder = fileURLToPath(new URL('../../../../examples/photos', import.meta.url))

/** The project's own photos: eight of a robot, 1024 x 768 pixels. */
export const robots: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.jpg'))
  .sort()
  .map((name) => `${folder}/${name}`)

/** Numbers from 0 to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A plane drawn pixel by pixel. */
export function drawPlane(width: number, height: number, draw: (x: number, y: number) => number): Plane {
  const values = Float32Array.from({ length: width * height }, (_, index) =>
    draw(index % width, Math.floor(index / width)),
  )
  return { width, height, values }
}

/** Standard normal numbers. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
}

/** A picture from three bytes for each pixel. */
export function fromPixels(width: number, height: number, draw: (x: number, y: number) => readonly number[]): Sharp {
  const bytes = Array.from({ length: width * height }, (_, index) => draw(index % width, Math.floor(index / width)))
  return sharp(Uint8Array.from(bytes.flat()), { raw: { width, height, channels: 3 } })
}

/** Clouds with detail at every scale, as nature has it; another seed is another picture. */
export async function drawClouds(seed: number, side: number): Promise<Buffer> {
  const random = createRandom(seed)
  const sum = new Float32Array(side * side)
  for (let cells = 4; cells <= side; cells *= 2) {
    const bytes = Uint8Array.from({ length: cells * cells }, () => Math.floor(random() * 256))
    const layer = await sharp(bytes, { raw: { width: cells, height: cells, channels: 1 } })
      .resize(side, side, { kernel: 'cubic', fit: 'fill' })
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    for (let index = 0; index < sum.length; index++)
      sum[index] = (sum[index] ?? 0) + ((layer[index] ?? 0) - 128) / cells ** 0.8
  }
  const largest = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const grey = Uint8Array.from(sum, (value) => Math.round(128 + (110 * value) / largest))
  return sharp(grey, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer()
}
