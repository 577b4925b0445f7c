import type { Session } from '../models/runtime.js'
import type { Face } from './blazeface.js'
import { fitSimilarity, invert, type Point } from './geometry.js'
import type { Raster } from './raster.js'
import { unit } from './vectors.js'
import { channelsFirst, warp } from './warp.js'

/** Side of an aligned face, in pixels. */
export const alignedSide = 112

/**
 * Where eyes, nose and the middle of the mouth lie in the pictures that SFace was trained with: the five points of
 * OpenCV's FaceRecognizerSF::alignCrop (4.10), of which BlazeFace knows the two corners of the mouth as one.
 */
const template: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: (41.5493 + 70.7299) / 2, y: (92.3655 + 92.2041) / 2 },
]

/** A face turned, scaled and moved to where face models expect it: red, green and blue of each pixel, 0 to 255. */
export function alignFace(raster: Raster, face: Face): Float32Array {
  const toTemplate = fitSimilarity(face.points.slice(0, template.length), template)
  return warp(raster, invert(toTemplate), alignedSide)
}

/** 128 numbers that tell this face from others, as a vector of length 1. */
export async function embedFace(session: Session, raster: Raster, face: Face): Promise<Float32Array> {
  const data = channelsFirst(alignFace(raster, face), (value) => value)
  const { fc1 } = await session.run({ data: { data, shape: [1, 3, alignedSide, alignedSide] } })
  if (fc1 === undefined) throw new TypeError('sface: the model has no output fc1')
  return unit(fc1.data)
}
