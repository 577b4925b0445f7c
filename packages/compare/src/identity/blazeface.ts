import type { Session, Tensor } from '../models/runtime.js'
import { ontoSquare, type Point, type Square, squareAround } from './geometry.js'
import type { Raster } from './raster.js'
import { warp } from './warp.js'

/** Side of the picture that the detector sees, in pixels. */
const inputSize = 256
const leastScore = 0.5
/** Boxes that overlap by more than this (area of the intersection by area of the union) are of one face. */
const sameFaceOverlap = 0.3

/** A face in a picture, in that picture's pixels. */
export interface Face {
  /** How sure the detector is, 0.5 to 1. */
  readonly score: number
  readonly centre: Point
  readonly width: number
  readonly height: number
  /** The eye on the picture's left, the one on its right, nose, mouth, ears. */
  readonly points: readonly Point[]
}

/** Centres of the anchors, 0 to 1: 2 in each cell of 16 x 16, then 6 in each of 8 x 8. */
export function anchors(): readonly Point[] {
  const grid = (cells: number, each: number) =>
    Array.from({ length: cells * cells * each }, (_, index) => {
      const cell = Math.floor(index / each)
      return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells }
    })
  return [...grid(16, 2), ...grid(8, 6)]
}

function tensorOf(outputs: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const found = outputs[name]
  if (found === undefined) throw new TypeError(`blazeface: the model has no output ${name}`)
  return found.data
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))

/** Faces as the model's numbers tell them, 0 to 1 of what it saw; every face many times. */
export function decodeFaces(scores: Float32Array, boxes: Float32Array): readonly Face[] {
  return anchors().flatMap((anchor, index) => {
    const score = sigmoid(scores[index] ?? Number.NEGATIVE_INFINITY)
    if (score <= leastScore) return []
    const value = (offset: number) => (boxes[index * 16 + offset] ?? 0) / inputSize
    const point = (offset: number) => ({ x: value(offset) + anchor.x, y: value(offset + 1) + anchor.y })
    return [{ score, centre: point(0), width: value(2), height: value(3), points: [4, 6, 8, 10, 12, 14].map(point) }]
  })
}

function overlap(one: Face, other: Face): number {
  const along = (a: number, aSize: number, b: number, bSize: number) =>
    Math.max(0, Math.min(a + aSize / 2, b + bSize / 2) - Math.max(a - aSize / 2, b - bSize / 2))
  const shared =
    along(one.centre.x, one.width, other.centre.x, other.width) *
    along(one.centre.y, one.height, other.centre.y, other.height)
  return shared / (one.width * one.height + other.width * other.height - shared)
}

function merge(faces: readonly Face[]): Face {
  const total = faces.reduce((sum, { score }) => sum + score, 0)
  const mean = (of: (face: Face) => number) => faces.reduce((sum, face) => sum + of(face) * face.score, 0) / total
  const middle = (of: (face: Face) => Point | undefined) => ({
    x: mean((face) => of(face)?.x ?? 0),
    y: mean((face) => of(face)?.y ?? 0),
  })
  return {
    score: Math.max(...faces.map(({ score }) => score)),
    centre: middle(({ centre }) => centre),
    width: mean(({ width }) => width),
    height: mean(({ height }) => height),
    points: [0, 1, 2, 3, 4, 5].map((index) => middle(({ points }) => points[index])),
  }
}

/** One face for each group of overlapping ones: their mean, weighted by score. */
export function mergeFaces(faces: readonly Face[]): readonly Face[] {
  let rest = faces.toSorted((one, other) => other.score - one.score)
  const merged: Face[] = []
  for (let [best] = rest; best !== undefined; [best] = rest) {
    const leader = best
    const group = rest.filter((face) => face === leader || overlap(face, leader) > sameFaceOverlap)
    rest = rest.filter((face) => !group.includes(face))
    merged.push(merge(group))
  }
  return merged
}

async function detectIn(session: Session, raster: Raster, square: Square): Promise<readonly Face[]> {
  const data = warp(raster, ontoSquare(square, inputSize), inputSize).map((value) => value / 127.5 - 1)
  const outputs = await session.run({ 'input:0': { data, shape: [1, inputSize, inputSize, 3] } })
  const part = (names: readonly [string, string]) =>
    Float32Array.from(names.flatMap((name) => [...tensorOf(outputs, name)]))
  const faces = mergeFaces(decodeFaces(part(['Identity:0', 'Identity_1:0']), part(['Identity_2:0', 'Identity_3:0'])))
  const place = ({ x, y }: Point) => ({ x: square.left + x * square.side, y: square.top + y * square.side })
  return faces.map(({ score, centre, width, height, points }) => ({
    score,
    centre: place(centre),
    width: width * square.side,
    height: height * square.side,
    points: points.map(place),
  }))
}

/** Where faces are looked for, until one is found: the whole picture with more or less around it, then its corners. */
function searched({ width, height }: Raster): readonly (readonly Square[])[] {
  const longer = Math.max(width, height)
  const centre = { x: width / 2, y: height / 2 }
  const whole = [1.25, 1.7, 1].map((factor) => [squareAround(centre, longer * factor)])
  const corners = [0.3, 0.7].flatMap((x) =>
    [0.3, 0.7].map((y) => squareAround({ x: width * x, y: height * y }, longer * 0.6)),
  )
  return [...whole, corners]
}

/** The face nearest to the middle, measured in its own size: a passer-by at the edge is not the subject. */
function subjectOf(faces: readonly Face[], { width, height }: Raster): Face | undefined {
  const distance = ({ centre, ...face }: Face) =>
    Math.hypot(centre.x - width / 2, centre.y - height / 2) / Math.max(face.width, face.height)
  return faces.toSorted((one, other) => distance(one) - distance(other))[0]
}

/**
 * Finds the face that a picture is of, `undefined` where there is none. A second look at the face alone makes its points
 * exact.
 */
export async function findFace(session: Session, raster: Raster): Promise<Face | undefined> {
  for (const squares of searched(raster)) {
    const found: Face[] = []
    for (const square of squares) found.push(...(await detectIn(session, raster, square)))
    const face = subjectOf(found, raster)
    if (face === undefined) continue
    const side = Math.max(face.width, face.height) * 1.9
    const again = await detectIn(session, raster, squareAround(face.centre, side))
    const near = again.filter((one) => overlap(one, face) > sameFaceOverlap)
    return near.toSorted((one, other) => overlap(other, face) - overlap(one, face))[0] ?? face
  }
  return undefined
}
