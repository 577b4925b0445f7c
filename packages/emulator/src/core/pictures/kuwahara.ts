import type { Pixels } from './pixels.js'
import { toGrey } from './pixels.js'

/**
 * Kuwahara filter: each pixel takes the mean of that one of its four neighbouring squares that is the most even, so
 * that surfaces run together and edges stay. It is what makes a photograph look brushed.
 */
export function kuwahara(source: Pixels, radius: number): Pixels {
  const { width, height, data } = source
  const grey = toGrey(source)
  const sums = [0, 1, 2].map((channel) => integral(width, height, (pixel) => data[pixel * 3 + channel] ?? 0))
  const light = integral(width, height, (pixel) => grey[pixel] ?? 0)
  const squares = integral(width, height, (pixel) => (grey[pixel] ?? 0) ** 2)
  const result = Buffer.allocUnsafe(data.length)

  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let best = Number.POSITIVE_INFINITY
      let left = x
      let top = y
      let right = x
      let bottom = y
      for (let quadrant = 0; quadrant < 4; quadrant += 1) {
        const x0 = Math.max(0, quadrant & 1 ? x : x - radius)
        const x1 = Math.min(width - 1, quadrant & 1 ? x + radius : x)
        const y0 = Math.max(0, quadrant & 2 ? y : y - radius)
        const y1 = Math.min(height - 1, quadrant & 2 ? y + radius : y)
        const count = (x1 - x0 + 1) * (y1 - y0 + 1)
        const mean = area(light, width, x0, y0, x1, y1) / count
        const variance = area(squares, width, x0, y0, x1, y1) / count - mean * mean
        if (variance >= best) continue
        best = variance
        left = x0
        top = y0
        right = x1
        bottom = y1
      }
      const count = (right - left + 1) * (bottom - top + 1)
      const at = (y * width + x) * 3
      sums.forEach((sum, channel) => {
        result[at + channel] = area(sum, width, left, top, right, bottom) / count
      })
    }
  }
  return { ...source, data: result }
}

/** Sums over all pixels above and left of each corner. */
function integral(width: number, height: number, value: (pixel: number) => number): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y += 1) {
    let row = 0
    for (let x = 0; x < width; x += 1) {
      row += value(y * width + x)
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row
    }
  }
  return sums
}

function area(sums: Float64Array, width: number, x0: number, y0: number, x1: number, y1: number): number {
  const stride = width + 1
  const at = (x: number, y: number) => sums[y * stride + x] ?? 0
  return at(x1 + 1, y1 + 1) - at(x0, y1 + 1) - at(x1 + 1, y0) + at(x0, y0)
}
