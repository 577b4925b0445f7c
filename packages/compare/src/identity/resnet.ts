import type { Session, Tensor } from '../models/runtime.js'
import { ontoSquare, type Square, squareAround } from './geometry.js'
import type { Raster } from './raster.js'
import { unit } from './vectors.js'
import { channelsFirst, warp } from './warp.js'

const inputSize = 224
/** Means of ImageNet's blue, green and red, which the network was trained with. */
const means = [103.939, 116.779, 123.68] as const

/** What the network says of one square of a picture. */
interface Seen {
  readonly features: Tensor
  readonly probabilities: Float32Array
}

async function look(session: Session, raster: Raster, square: Square): Promise<Seen> {
  const pixels = warp(raster, ontoSquare(square, inputSize), inputSize)
  // Red and blue change places.
  for (let index = 0; index < pixels.length; index += 3) {
    const red = pixels[index] ?? 0
    pixels[index] = pixels[index + 2] ?? 0
    pixels[index + 2] = red
  }
  const data = channelsFirst(pixels, (value, channel) => value - (means[channel] ?? 0))
  const { features, probabilities } = await session.run({ image: { data, shape: [1, 3, inputSize, inputSize] } })
  if (features === undefined || probabilities === undefined)
    throw new TypeError('resnet50: the model lacks an output, features or probabilities')
  return { features, probabilities: probabilities.data }
}

/**
 * Where the network sees most, as a box of 0 to 1 of what it saw: cells whose sum over all channels lies in the upper half
 * between the least and the greatest, and 4 % around them.
 */
export function activeBox({ data, shape }: Tensor): { x: number; y: number; width: number; height: number } {
  const [, channels = 0, rows = 0, columns = 0] = shape
  const sums = Array.from({ length: rows * columns }, (_, cell) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += data[channel * rows * columns + cell] ?? 0
    return sum
  })
  const [least, greatest] = [Math.min(...sums), Math.max(...sums)]
  const active = sums.flatMap((sum, cell) => (sum >= (least + greatest) / 2 ? [cell] : []))
  const [xs, ys] = [active.map((cell) => cell % columns), active.map((cell) => Math.floor(cell / columns))]
  const from = (values: readonly number[], size: number) => Math.max(0, Math.min(...values) / size - 0.04)
  const to = (values: readonly number[], size: number) => Math.min(1, (Math.max(...values) + 1) / size + 0.04)
  const [x, y] = [from(xs, columns), from(ys, rows)]
  return { x, y, width: to(xs, columns) - x, height: to(ys, rows) - y }
}

/** Generalised mean of each channel, with the exponent 3: near the greatest value, and still of the whole map. */
export function pool({ data, shape }: Tensor): Float32Array {
  const [, channels = 0, rows = 0, columns = 0] = shape
  const cells = rows * columns
  return Float32Array.from({ length: channels }, (_, channel) => {
    const values = data.subarray(channel * cells, (channel + 1) * cells)
    return Math.cbrt(values.reduce((sum, value) => sum + Math.max(value, 1e-6) ** 3, 0) / cells)
  })
}

/** What a picture shows. */
export interface SeenObject {
  /**
   * 2048 numbers that tell this thing or animal from others, as a vector of length 1: of the part of the picture that the
   * network itself looks at, so that the background counts less.
   */
  readonly vector: Float32Array
  /** How probable each class of ImageNet is, of the whole picture. */
  readonly probabilities: Float32Array
}

/** Looks twice: at the whole picture, and at the part of it where the network saw most. */
export async function embedObject(session: Session, raster: Raster): Promise<SeenObject> {
  const centre = { x: raster.width / 2, y: raster.height / 2 }
  const whole = squareAround(centre, Math.max(raster.width, raster.height))
  const { features, probabilities } = await look(session, raster, whole)
  const box = activeBox(features)
  const middle = {
    x: whole.left + (box.x + box.width / 2) * whole.side,
    y: whole.top + (box.y + box.height / 2) * whole.side,
  }
  const part = squareAround(middle, Math.max(box.width, box.height) * whole.side)
  const second = await look(session, raster, part)
  return { vector: unit(pool(second.features)), probabilities }
}
