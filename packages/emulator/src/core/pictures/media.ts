import type { Sharp } from 'sharp'
import { kuwahara } from './kuwahara.js'
import type { Pixels } from './pixels.js'
import { edges, luminance, mapPixels, readPixels, svg, toGrey, toImage } from './pixels.js'
import type { Random } from './random.js'

/** What the picture is made with: paint, pencil, ink, film. */
export type Medium = (picture: Sharp, random: Random) => Promise<Sharp>

export const media: Readonly<Record<'watercolor' | 'oil' | 'sketch' | 'comic' | 'monochrome' | 'vintage', Medium>> = {
  async watercolor(picture, random) {
    const painted = kuwahara(await readPixels(picture.median(3).modulate({ saturation: 1.25, brightness: 1.08 })), 5)
    const outline = edges(painted)
    const { width, height, data } = painted
    const stains = blotches(width, height, random)
    for (let pixel = 0, at = 0; pixel < outline.length; pixel += 1, at += 3) {
      // Pigment gathers at the edges of a wash, and the paper shines through its middle.
      const pigment = 1 - Math.min(0.45, (outline[pixel] ?? 0) / 260)
      const stain = stains[pixel] ?? 1
      for (let channel = 0; channel < 3; channel += 1) {
        const value = (data[at + channel] ?? 0) * pigment
        data[at + channel] = Math.min(255, 255 - (255 - value) * 0.86 * stain)
      }
    }
    const frame = svg(width, height, paperEdge(width, height, random))
    return toImage(await readPixels(toImage(painted).composite([{ input: frame, blend: 'over' }])))
  },

  async oil(picture, random) {
    const vivid = await readPixels(picture.modulate({ saturation: 1.12 }).linear(1.06, -8))
    const brushed = kuwahara(kuwahara(vivid, 6), 3)
    return toImage(addGrain(relief(brushed), random, 5))
  },

  async sketch(picture, random) {
    const source = await readPixels(picture)
    const soft = toGrey(
      await readPixels(
        toImage(source)
          .negate()
          .blur(Math.max(4, source.width / 90)),
      ),
    )
    const grey = toGrey(source)
    const steep = edges(source)
    const data = Buffer.allocUnsafe(source.data.length)
    for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 3) {
      // Colour dodge of the picture by its blurred negative leaves only the lines; hatching fills the darks.
      const dodge = Math.min(255, ((grey[pixel] ?? 0) * 255) / Math.max(1, 255 - (soft[pixel] ?? 0)))
      const x = pixel % source.width
      const y = Math.floor(pixel / source.width)
      const hatch =
        (grey[pixel] ?? 0) < 90 && (x + y) % 7 < 2 ? 46 : (grey[pixel] ?? 0) < 50 && (x - y + 7_000) % 7 < 2 ? 46 : 0
      const tone = Math.max(34, dodge - (steep[pixel] ?? 0) * 0.35 - hatch - random.next() * 10)
      data[at] = tone * 0.99
      data[at + 1] = tone * 0.97
      data[at + 2] = tone * 0.92
    }
    return toImage({ ...source, data })
  },

  async comic(picture) {
    const smooth = kuwahara(await readPixels(picture.modulate({ saturation: 1.2, brightness: 1.04 })), 4)
    const outline = edges(smooth)
    const flat = mapPixels(smooth, (red, green, blue) => [step(red), step(green), step(blue)])
    for (let pixel = 0, at = 0; pixel < outline.length; pixel += 1, at += 3) {
      const ink = (outline[pixel] ?? 0) > 42 ? 0.12 : 1
      for (let channel = 0; channel < 3; channel += 1) flat.data[at + channel] = (flat.data[at + channel] ?? 0) * ink
    }
    return toImage(flat)
  },

  async monochrome(picture, random) {
    const source = await readPixels(picture.linear(1.18, -18))
    return toImage(
      addGrain(
        mapPixels(source, (...colour) => grey(luminance(...colour))),
        random,
        12,
      ),
    )
  },

  async vintage(picture, random) {
    const source = await readPixels(picture)
    const faded = mapPixels(source, (red, green, blue) => {
      const light = luminance(red, green, blue)
      // Half the colour goes, what stays turns brown, and black is not black any more.
      const mix = (value: number, tint: number) => 26 + 0.86 * (0.5 * value + 0.5 * light * tint)
      return [mix(red, 1.14), mix(green, 1.0), mix(blue, 0.76)]
    })
    return toImage(addGrain(faded, random, 18))
  },
}

const step = (value: number) => Math.round(value / 42.5) * 42.5
const grey = (value: number): readonly [number, number, number] => [value, value, value]

/** Film grain; the same on all three channels. */
function addGrain(source: Pixels, random: Random, amount: number): Pixels {
  return mapPixels(source, (red, green, blue) => {
    const grain = (random.next() + random.next() - 1) * amount
    return [red + grain, green + grain, blue + grain]
  })
}

/** Light from the upper left on the ridges of the paint. */
function relief(source: Pixels): Pixels {
  const heights = toGrey(source)
  const { width } = source
  let pixel = -1
  return mapPixels(source, (red, green, blue) => {
    pixel += 1
    const ridge = ((heights[pixel] ?? 0) - (heights[pixel - width - 1] ?? heights[pixel] ?? 0)) * 0.35
    const thread = (pixel % width) % 4 === 0 || Math.floor(pixel / width) % 4 === 0 ? -3 : 1
    return [red + ridge + thread, green + ridge + thread, blue + ridge + thread]
  })
}

/** Slow variation of wetness over the sheet: a coarse grid of random values, interpolated. */
function blotches(width: number, height: number, random: Random): Float32Array {
  const cells = 9
  const grid = Array.from({ length: (cells + 1) * (cells + 1) }, () => random.between(0.78, 1.08))
  const result = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const gy = (y / height) * cells
    const row = Math.floor(gy)
    for (let x = 0; x < width; x += 1) {
      const gx = (x / width) * cells
      const column = Math.floor(gx)
      const at = (c: number, r: number) => grid[r * (cells + 1) + c] ?? 1
      const upper = at(column, row) * (1 - gx + column) + at(column + 1, row) * (gx - column)
      const lower = at(column, row + 1) * (1 - gx + column) + at(column + 1, row + 1) * (gx - column)
      result[y * width + x] = upper * (1 - gy + row) + lower * (gy - row)
    }
  }
  return result
}

/** White paper around the painting, its edge as uneven as a brush leaves it. */
function paperEdge(width: number, height: number, random: Random): string {
  const depth = Math.min(width, height) * 0.045
  const points: string[] = []
  const steps = 40
  const wobble = () => depth * random.between(0.35, 1.25)
  const along = (length: number, i: number) => depth + ((length - 2 * depth) * i) / steps
  for (let i = 0; i <= steps; i += 1) points.push(`${along(width, i)},${wobble()}`)
  for (let i = 0; i <= steps; i += 1) points.push(`${width - wobble()},${along(height, i)}`)
  for (let i = steps; i >= 0; i -= 1) points.push(`${along(width, i)},${height - wobble()}`)
  for (let i = steps; i >= 0; i -= 1) points.push(`${wobble()},${along(height, i)}`)
  const blur = depth * 0.28
  return (
    `<defs><filter id="b" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="${blur}"/></filter>` +
    `<mask id="m"><rect width="100%" height="100%" fill="#fff"/><polygon points="${points.join(' ')}" fill="#000" filter="url(#b)"/></mask></defs>` +
    `<rect width="100%" height="100%" fill="#fbf8f1" mask="url(#m)"/>`
  )
}
