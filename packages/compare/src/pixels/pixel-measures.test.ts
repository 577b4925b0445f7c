import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { distortions } from '../../bench/distortions.ts'
import { blockiness } from './blockiness.js'
import { colourfulness } from './colourfulness.js'
import { exposureOf } from './exposure.js'
import { noiseLevel } from './noise.js'
import { readPicture } from './picture.js'
import { FAKE_RESOLUTION, measurePixels, type PixelMeasureName, pixelMeasures } from './pixel-measures.js'
import { blurEffect, laplacianVariance } from './sharpness.js'
import { createRandom, drawPlane, fromPixels, normal, robots } from './test-pictures.js'

describe('measures of one plane', () => {
  it('give a Laplacian variance that can be worked out by hand', () => {
    expect(laplacianVariance(drawPlane(40, 40, (x) => (x % 2) * 10))).toBeCloseTo(400, 5)
    expect(laplacianVariance(drawPlane(40, 40, (x, y) => 2 * x + 3 * y))).toBeCloseTo(0, 5)
  })

  it.each([2, 5, 10, 20])('find noise of %d grey levels on a ramp', (deviation) => {
    const random = createRandom(deviation)
    const level = noiseLevel(drawPlane(256, 256, (x) => 60 + x / 2 + deviation * normal(random)))
    expect(level / deviation).toBeGreaterThan(0.9)
    expect(level / deviation).toBeLessThan(1.05)
  })

  it('look for noise where the picture is flat, not where it is textured or white', () => {
    const random = createRandom(3)
    const half = (x: number, y: number) => (x < 128 ? 128 + 4 * normal(random) : ((x + y) % 2) * 200)
    expect(noiseLevel(drawPlane(256, 256, half))).toBeCloseTo(4, 0)
    const white = (x: number) => (x < 128 ? 128 + 4 * normal(random) : 255)
    expect(noiseLevel(drawPlane(256, 256, white))).toBeCloseTo(4, 0)
  })

  it('see the grid of 8 x 8 pixels, and no other', () => {
    const shade = (cell: number) => (cell * 37) % 64
    expect(blockiness(drawPlane(128, 128, (x, y) => x + shade(x >> 3) + shade(y >> 3)))).toBeGreaterThan(5)
    expect(blockiness(drawPlane(128, 128, (x, y) => x + y))).toBeCloseTo(1, 2)
    expect(blockiness(drawPlane(128, 128, (x, y) => x + shade((x + 4) >> 3) + shade((y + 4) >> 3)))).toBeLessThan(1)
  })

  it('tell grey from colour', () => {
    expect(colourfulness(Uint8Array.from([9, 9, 9, 200, 200, 200]))).toBe(0)
    const both = Math.hypot(127.5, 191.25) + 0.3 * Math.hypot(127.5, 63.75)
    expect(colourfulness(Uint8Array.from([255, 0, 0, 0, 0, 255]))).toBeCloseTo(both, 6)
  })

  it('read exposure off the histogram', () => {
    expect(exposureOf(drawPlane(10, 10, (x) => (x < 5 ? 0 : 255)))).toEqual({
      mean: 127.5,
      clippedLow: 0.5,
      clippedHigh: 0.5,
      range: 255,
      entropy: 1,
    })
    expect(exposureOf(drawPlane(256, 4, (x) => x))).toMatchObject({ range: 251, entropy: 8 })
  })

  it('call a step sharp and a slope blurred', () => {
    expect(blurEffect(drawPlane(64, 64, (x) => (x < 32 ? 0 : 255)))).toBeLessThan(0.15)
    expect(blurEffect(drawPlane(64, 64, (x) => 128 + 100 * Math.sin(x / 20)))).toBeGreaterThan(0.8)
  })
})

type Distortion = keyof typeof distortions
const worse: readonly [Distortion, Partial<Record<PixelMeasureName, 'up' | 'down'>>][] = [
  ['blur 1', { 'laplacian-variance': 'down', 'blur-effect': 'up', 'detail-ratio': 'down' }],
  ['blur 4', { 'laplacian-variance': 'down', 'blur-effect': 'up' }],
  // Noise passes for sharpness: what the measure's own words warn of.
  ['noise 5', { 'noise-level': 'up', 'laplacian-variance': 'up' }],
  ['noise 30', { 'noise-level': 'up', 'laplacian-variance': 'up' }],
  ['JPEG 60', { blockiness: 'up' }],
  ['JPEG 10', { blockiness: 'up' }],
  ['scaled up 2x', { 'detail-ratio': 'down', 'blur-effect': 'up' }],
  ['grey by 75 %', { colourfulness: 'down' }],
  ['dark', { 'mean-luma': 'down', 'luma-range': 'down' }],
  ['blown', { 'mean-luma': 'up', 'clipped-high': 'up' }],
]

// Drawn smaller, so that nothing of the photos' own compression is left.
const clean = (path: string) => sharp(path).resize(512).png().toBuffer()

async function valuesOf(source: Uint8Array) {
  const readings = measurePixels(await readPicture(source))
  return (name: PixelMeasureName) => {
    const reading = readings[name]
    if (reading.state === 'not-measured') throw new Error(`${name}: ${reading.message}`)
    return reading.value
  }
}

describe('measurePixels', () => {
  it.each(worse)('moves the right way under %s', async (name, ways) => {
    for (const path of robots.slice(0, 4)) {
      const photo = await clean(path)
      const before = await valuesOf(photo)
      const after = await valuesOf(await distortions[name](sharp(photo)))
      for (const { name: measure } of pixelMeasures) {
        const way = ways[measure]
        if (way === undefined) continue
        expect([measure, after(measure) > before(measure) ? 'up' : 'down', path]).toEqual([measure, way, path])
      }
    }
  })

  it('tells a picture that was scaled up from one that was not', async () => {
    for (const path of robots) {
      const photo = await clean(path)
      expect((await valuesOf(photo))('detail-ratio')).toBeGreaterThan(FAKE_RESOLUTION)
      const larger = await distortions['scaled up 2x'](sharp(photo))
      expect((await valuesOf(larger))('detail-ratio')).toBeLessThan(FAKE_RESOLUTION)
    }
  })

  it('says why there is no number, and never 0', async () => {
    const blank = await fromPixels(64, 64, () => [90, 90, 90])
      .png()
      .toBuffer()
    const readings = measurePixels(await readPicture(blank))
    expect(readings['blur-effect']).toMatchObject({ state: 'not-measured', reason: 'too-flat' })
    expect(readings['detail-ratio']).toMatchObject({ state: 'not-measured', reason: 'too-flat' })
    const tiny = await fromPixels(20, 64, (x) => [x, x, x])
      .png()
      .toBuffer()
    const small = measurePixels(await readPicture(tiny))
    expect(small['noise-level']).toEqual({
      state: 'not-measured',
      reason: 'too-small',
      message: '20x64; each side needs 32 pixels.',
    })
    expect(small['mean-luma']).toMatchObject({ state: 'measured' })
  })

  it('says of each measure what it does not mean', () => {
    expect(pixelMeasures.map(({ name }) => name).sort()).toEqual(
      Object.keys(measurePixels({ width: 1, height: 1, ...onePixel() })).sort(),
    )
    for (const { notMeaning, meaning } of pixelMeasures)
      expect(Math.min(notMeaning.length, meaning.length)).toBeGreaterThan(20)
  })
})

function onePixel() {
  const pixels = { width: 1, height: 1, rgb: new Uint8Array(3), luma: drawPlane(1, 1, () => 0) }
  return { stored: pixels, shown: pixels }
}
