import type { Sharp } from 'sharp'
import sharp from 'sharp'

/** Three bytes a pixel, row by row. */
export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

export async function readPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

export function toImage({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

export function svg(width: number, height: number, content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`,
  )
}

const clamp = (value: number) => Math.max(0, Math.min(255, value))

/** Maps each pixel by its own colour. */
export function mapPixels(
  source: Pixels,
  map: (red: number, green: number, blue: number) => readonly [number, number, number],
): Pixels {
  const data = Buffer.allocUnsafe(source.data.length)
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = map(source.data[at] ?? 0, source.data[at + 1] ?? 0, source.data[at + 2] ?? 0)
    data[at] = clamp(red)
    data[at + 1] = clamp(green)
    data[at + 2] = clamp(blue)
  }
  return { ...source, data }
}

export const luminance = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue

/** Luminance as one byte a pixel. */
export function toGrey({ data, width, height }: Pixels): Uint8Array {
  const grey = new Uint8Array(width * height)
  for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 3)
    grey[pixel] = luminance(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)
  return grey
}

/** Sobel: how steep the luminance is at each pixel, 0 to 255. */
export function edges(source: Pixels): Uint8Array {
  const { width, height } = source
  const grey = toGrey(source)
  const steep = new Uint8Array(grey.length)
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x
      const value = (offset: number) => grey[at + offset] ?? 0
      const across =
        value(1 - width) + 2 * value(1) + value(1 + width) - value(-1 - width) - 2 * value(-1) - value(width - 1)
      const down =
        value(width - 1) +
        2 * value(width) +
        value(width + 1) -
        value(-1 - width) -
        2 * value(-width) -
        value(1 - width)
      steep[at] = clamp((Math.abs(across) + Math.abs(down)) / 2)
    }
  }
  return steep
}
