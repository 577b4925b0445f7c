import { describe, expect, it } from 'vitest'
import { createRandom } from '../pixels/test-pictures.js'
import { anchors, decodeFaces, mergeFaces } from './blazeface.js'
import { apply, fitSimilarity, invert, ontoSquare, type Similarity } from './geometry.js'
import { activeBox, pool } from './resnet.js'
import { areaUnderRoc } from './roc.js'
import { cosine, meanDirection, unit } from './vectors.js'
import { channelsFirst, warp } from './warp.js'

describe('anchors', () => {
  it('are 512 of the fine grid, then 384 of the coarse one', () => {
    const all = anchors()
    expect(all.length).toBe(896)
    expect([all[0], all[1], all[2]?.x, all[511]]).toEqual([
      { x: 0.5 / 16, y: 0.5 / 16 },
      { x: 0.5 / 16, y: 0.5 / 16 },
      1.5 / 16,
      { x: 15.5 / 16, y: 15.5 / 16 },
    ])
    expect([all[512], all[518]?.x, all[895]]).toEqual([{ x: 0.5 / 8, y: 0.5 / 8 }, 1.5 / 8, { x: 7.5 / 8, y: 7.5 / 8 }])
  })
})

describe('faces', () => {
  const scores = new Float32Array(896).fill(-10)
  const boxes = new Float32Array(896 * 16)
  const put = (index: number, score: number, values: readonly number[]) => {
    scores[index] = score
    boxes.set(values, index * 16)
  }
  // Two of one face in the upper left, one of another in the lower right, and one that is too unsure.
  put(0, 2, [8, 8, 64, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  put(1, 0.5, [10, 8, 64, 32])
  put(895, 1, [0, 0, 16, 16])
  put(600, -0.1, [0, 0, 16, 16])

  it('lie where their anchor and offsets say', () => {
    const [first] = decodeFaces(scores, boxes)
    expect(first).toMatchObject({
      centre: { x: 8 / 256 + 0.5 / 16, y: 8 / 256 + 0.5 / 16 },
      width: 0.25,
      height: 0.125,
    })
    expect(first?.score).toBeCloseTo(0.880797, 6)
    expect(first?.points[0]).toEqual({ x: 1 / 256 + 0.5 / 16, y: 2 / 256 + 0.5 / 16 })
    expect(first?.points[5]).toEqual({ x: 11 / 256 + 0.5 / 16, y: 12 / 256 + 0.5 / 16 })
  })

  it('merge by score where they overlap', () => {
    const merged = mergeFaces(decodeFaces(scores, boxes))
    const [one, two] = [0.880797, 0.622459]
    expect(merged.length).toBe(2)
    expect(merged[0]?.centre.x).toBeCloseTo(0.5 / 16 + (8 * one + 10 * two) / (one + two) / 256, 6)
    expect(merged[1]?.centre).toEqual({ x: 7.5 / 8, y: 7.5 / 8 })
  })
})

describe('similarity', () => {
  const known: Similarity = { a: 1.2, b: -0.7, left: 30, top: -4 }
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 3 },
    { x: -4, y: 8 },
    { x: 5, y: 5 },
  ]
  const close = ({ a, b, left, top }: Similarity) => ({
    a: expect.closeTo(a, 9),
    b: expect.closeTo(b, 9),
    left: expect.closeTo(left, 9),
    top: expect.closeTo(top, 9),
  })

  it('is found from points that it moved', () => {
    const moved = points.map((point) => apply(known, point))
    expect(fitSimilarity(points, moved)).toEqual(close(known))
  })

  it('is undone by its inverse', () => {
    for (const point of points) {
      const { x, y } = apply(invert(known), apply(known, point))
      expect([x, y]).toEqual([expect.closeTo(point.x, 9), expect.closeTo(point.y, 9)])
    }
  })

  it('never mirrors, even if that would fit better', () => {
    const { a, b } = fitSimilarity(
      points,
      points.map(({ x, y }) => ({ x: -x, y })),
    )
    expect(Math.hypot(a, b)).toBeLessThan(1)
  })

  it('needs two places', () => {
    expect(() => fitSimilarity(points.slice(0, 1), points.slice(0, 1))).toThrow('at least 2 pairs')
    expect(() => fitSimilarity([points[0] ?? { x: 0, y: 0 }, { x: 0, y: 0 }], points.slice(0, 2))).toThrow('one place')
  })
})

describe('warp', () => {
  const ramp = (width: number, height: number) => ({
    width,
    height,
    rgb: Uint8Array.from({ length: width * height * 3 }, (_, index) => {
      const pixel = Math.floor(index / 3)
      return [pixel % width, Math.floor(pixel / width), 7][index % 3] ?? 0
    }),
  })
  const pixel = (pixels: Float32Array, size: number, x: number, y: number) => [
    ...pixels.subarray((y * size + x) * 3, (y * size + x) * 3 + 3),
  ]

  it('leaves a picture as it is where nothing moves', () => {
    const picture = ramp(6, 6)
    expect([...warp(picture, ontoSquare({ left: 0, top: 0, side: 6 }, 6), 6)]).toEqual([...picture.rgb])
  })

  it('averages where it makes smaller', () => {
    const half = warp(ramp(16, 16), ontoSquare({ left: 0, top: 0, side: 16 }, 4), 4)
    expect(pixel(half, 4, 1, 2)).toEqual([expect.closeTo(5.5, 4), expect.closeTo(9.5, 4), expect.closeTo(7, 4)])
  })

  it('turns', () => {
    // A quarter turn: right in the result is down in the picture.
    const turned = warp(ramp(8, 8), { a: 0, b: 1, left: 8, top: 0 }, 8)
    expect(pixel(turned, 8, 2, 1)).toEqual([6, 2, 7])
  })

  it('is grey beyond the edges', () => {
    const around = warp(ramp(4, 4), ontoSquare({ left: -4, top: -4, side: 12 }, 12), 12)
    expect(pixel(around, 12, 0, 5)).toEqual([128, 128, 128])
    expect(pixel(around, 12, 11, 11)).toEqual([128, 128, 128])
    expect(pixel(around, 12, 5, 6)).toEqual([1, 2, 7])
  })

  it.each([
    ['a whole picture made smaller', { a: 5.2, left: -11.3, top: -0.4 }],
    ['a part of it made larger', { a: 0.37, left: 3.1, top: 20.9 }],
    ['what reaches beyond two edges', { a: 2.6, left: 30, top: 33.3 }],
    ['what lies beside it', { a: 2, left: 500, top: 0 }],
  ])('gives the same row by row as place by place: %s', (_, { a, left, top }) => {
    const random = createRandom(3)
    const noise = { width: 57, height: 49, rgb: Uint8Array.from({ length: 57 * 49 * 3 }, () => random() * 256) }
    const straight = warp(noise, { a, b: 0, left, top }, 12)
    // Turned by next to nothing, which takes the other way.
    const turned = warp(noise, { a, b: 1e-12, left, top }, 12)
    for (const [index, value] of straight.entries()) expect(value).toBeCloseTo(turned[index] ?? Number.NaN, 3)
  })

  it('puts channels first', () => {
    expect([...channelsFirst(Float32Array.of(1, 2, 3, 4, 5, 6), (value, channel) => value * 10 + channel)]).toEqual([
      10, 40, 21, 51, 32, 62,
    ])
  })
})

describe('features', () => {
  it('are cropped to the cells that are most active, with a margin inside the picture', () => {
    const data = new Float32Array(2 * 5 * 5)
    data.set([4, 6], 1 * 5 + 3)
    data[25 + 2 * 5 + 3] = 9
    data[25 + 4 * 5] = 2
    expect(activeBox({ data, shape: [1, 2, 5, 5] })).toEqual({
      x: expect.closeTo(0.56),
      y: expect.closeTo(0.16),
      width: expect.closeTo(0.44),
      height: expect.closeTo(0.48),
    })
  })

  it('are pooled by the mean of cubes', () => {
    const pooled = pool({ data: Float32Array.of(1, 2, 0, -3, 2, 2, 2, 2), shape: [1, 2, 2, 2] })
    expect([...pooled]).toEqual([expect.closeTo(Math.cbrt(9 / 4), 5), expect.closeTo(2, 5)])
  })
})

describe('vectors', () => {
  it('have length 1, a cosine and a mean', () => {
    expect([...unit([3, 4])]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)])
    expect(cosine(unit([1, 0]), unit([1, 1]))).toBeCloseTo(Math.SQRT1_2)
    expect([...meanDirection([unit([1, 0]), unit([0, 1])])]).toEqual([
      expect.closeTo(Math.SQRT1_2),
      expect.closeTo(Math.SQRT1_2),
    ])
    expect(() => unit([0, 0])).toThrow('a length above 0')
    expect(() => cosine(unit([1]), unit([1, 1]))).toThrow('vectors of 1 and of 2')
  })
})

describe('areaUnderRoc', () => {
  it('is the share of pairs in the right order, ties half', () => {
    expect(areaUnderRoc([2, 3], [0, 1])).toBe(1)
    expect(areaUnderRoc([0, 1], [2, 3])).toBe(0)
    expect(areaUnderRoc([1, 1], [1, 1, 1])).toBe(0.5)
    // 0.8 beats all 3, 0.4 beats 1 and ties 1: 4.5 of 6.
    expect(areaUnderRoc([0.8, 0.4], [0.4, 0.1, 0.5])).toBeCloseTo(4.5 / 6)
    expect(() => areaUnderRoc([], [1])).toThrow('both kinds')
    expect(() => areaUnderRoc([Number.NaN], [1])).toThrow('not a number')
  })
})
