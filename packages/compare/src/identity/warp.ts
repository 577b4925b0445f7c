import type { Similarity } from './geometry.js'
import type { Raster } from './raster.js'
import { grey, scale } from './scale.js'

/** A grid finer than this changes nothing that a model sees. */
const finestGrid = 8

/**
 * Draws a part of a picture anew, `size` pixels a side: bilinear, and averaged over a grid inside each pixel where the
 * picture is made smaller. Beyond the edges it is grey.
 *
 * @param intoPicture takes places of the result to places of the picture
 * @returns red, green and blue of each pixel, 0 to 255, row by row
 */
export function warp(raster: Raster, intoPicture: Similarity, size: number): Float32Array {
  const { a, b, left, top } = intoPicture
  const grid = Math.min(finestGrid, Math.max(1, Math.ceil(Math.hypot(a, b) - 0.01)))
  return b === 0 && a > 0 ? scale(raster, { a, left, top, grid }, size) : turn(raster, intoPicture, grid, size)
}

/** Any similarity, place by place. */
function turn(
  { width, height, rgb }: Raster,
  { a, b, left, top }: Similarity,
  grid: number,
  size: number,
): Float32Array {
  const share = 1 / (grid * grid)
  const result = new Float32Array(size * size * 3)
  const at = (x: number, y: number, channel: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? (rgb[(y * width + x) * 3 + channel] ?? grey) : grey
  // Plain loops: this is most of what a picture costs beside the models.
  for (let row = 0; row < size * grid; row++) {
    const v = (row + 0.5) / grid
    for (let column = 0; column < size * grid; column++) {
      const u = (column + 0.5) / grid
      // Half a pixel back, as bilinear weights count from the pixels' centres.
      const x = a * u - b * v + left - 0.5
      const y = b * u + a * v + top - 0.5
      const x0 = Math.floor(x)
      const y0 = Math.floor(y)
      const target = (Math.floor(row / grid) * size + Math.floor(column / grid)) * 3
      if (x0 < -1 || y0 < -1 || x0 >= width || y0 >= height) {
        for (let channel = target; channel < target + 3; channel++)
          result[channel] = (result[channel] ?? 0) + grey * share
        continue
      }
      const right = x - x0
      const down = y - y0
      const inside = x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height
      const source = (y0 * width + x0) * 3
      const below = source + width * 3
      for (let channel = 0; channel < 3; channel++) {
        const one = inside ? (rgb[source + channel] ?? grey) : at(x0, y0, channel)
        const two = inside ? (rgb[source + 3 + channel] ?? grey) : at(x0 + 1, y0, channel)
        const three = inside ? (rgb[below + channel] ?? grey) : at(x0, y0 + 1, channel)
        const four = inside ? (rgb[below + 3 + channel] ?? grey) : at(x0 + 1, y0 + 1, channel)
        const upper = one + (two - one) * right
        const lower = three + (four - three) * right
        result[target + channel] = (result[target + channel] ?? 0) + (upper + (lower - upper) * down) * share
      }
    }
  }
  return result
}

/** From pixel by pixel to channel by channel, as most models take them. */
export function channelsFirst(pixels: Float32Array, convert: (value: number, channel: number) => number): Float32Array {
  const count = pixels.length / 3
  const result = new Float32Array(pixels.length)
  for (let pixel = 0; pixel < count; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      result[channel * count + pixel] = convert(pixels[pixel * 3 + channel] ?? 0, channel)
    }
  }
  return result
}
