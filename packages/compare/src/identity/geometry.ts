/** A place in a picture: pixel `i` covers `i` to `i + 1`. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A square in a picture, which may reach beyond it. */
export interface Square {
  readonly left: number
  readonly top: number
  readonly side: number
}

/** A similarity: `x' = a x - b y + left`, `y' = b x + a y + top`; it turns, scales and moves, and never mirrors. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly left: number
  readonly top: number
}

export function apply({ a, b, left, top }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + left, y: b * x + a * y + top }
}

export function invert({ a, b, left, top }: Similarity): Similarity {
  const square = a * a + b * b
  if (!(square > 0)) throw new TypeError('similarity: a scale of 0 has no inverse')
  const [inverseA, inverseB] = [a / square, -b / square]
  return { a: inverseA, b: inverseB, left: inverseB * top - inverseA * left, top: -inverseB * left - inverseA * top }
}

/** The similarity that takes a picture of `size` pixels a side onto a square of another one. */
export function ontoSquare({ left, top, side }: Square, size: number): Similarity {
  return { a: side / size, b: 0, left, top }
}

/** A square around a centre. */
export function squareAround({ x, y }: Point, side: number): Square {
  return { left: x - side / 2, top: y - side / 2, side }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * The similarity that takes one list of points nearest to the other, in the least squares (Umeyama 1991; without mirroring
 * the solution in the plane has this closed form).
 *
 * @throws {TypeError} fewer than 2 pairs, or all points in one place
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length < 2 || from.length !== to.length) {
    throw new TypeError(`similarity: at least 2 pairs of points are needed, given are ${from.length} and ${to.length}`)
  }
  const centre = (points: readonly Point[]) => ({
    x: mean(points.map(({ x }) => x)),
    y: mean(points.map(({ y }) => y)),
  })
  const [source, target] = [centre(from), centre(to)]
  let [dot, cross, spread] = [0, 0, 0]
  for (const [index, { x, y }] of from.entries()) {
    const other = to[index] ?? target
    const [px, py, qx, qy] = [x - source.x, y - source.y, other.x - target.x, other.y - target.y]
    dot += px * qx + py * qy
    cross += px * qy - py * qx
    spread += px * px + py * py
  }
  if (!(spread > 0)) throw new TypeError('similarity: all points are in one place')
  const [a, b] = [dot / spread, cross / spread]
  return { a, b, left: target.x - a * source.x + b * source.y, top: target.y - b * source.x - a * source.y }
}
