import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { distortions } from '../../bench/distortions.ts'
import { type GeneralisedGaussian, gamma, Moments } from './generalised-gaussian.js'
import { naturalFeatures } from './natural-features.js'
import { fitNaturalness, type Naturalness } from './naturalness.js'
import { readPicture } from './picture.js'
import { pseudoInverse } from './symmetric-matrix.js'
import { createRandom, drawClouds, drawPlane, normal } from './test-pictures.js'

const featuresOf = async (source: Uint8Array) => naturalFeatures((await readPicture(source)).shown.luma)

function fitted(values: Float32Array): GeneralisedGaussian {
  const moments = new Moments(values.length)
  // In two parts, as the rows of a patch are taken in.
  moments.addAll(values, 0, 100)
  moments.addAll(values, 100, values.length - 100)
  return moments.fit()
}

describe('moments', () => {
  it('stands on the gamma function', () => {
    expect(gamma(5)).toBeCloseTo(24, 9)
    expect(gamma(0.5)).toBeCloseTo(Math.sqrt(Math.PI), 12)
    expect(gamma(0.1)).toBeCloseTo(9.513507698668732, 9)
  })

  it('finds the shape and the scale of what was drawn', () => {
    const random = createRandom(7)
    const bell = fitted(Float32Array.from({ length: 60_000 }, () => 3 * normal(random)))
    expect(bell.shape).toBeCloseTo(2, 1)
    expect(bell.left / (3 * Math.SQRT2)).toBeCloseTo(1, 1)
    const exponential = () => -Math.log(random())
    const lopsided = fitted(
      Float32Array.from({ length: 60_000 }, () => (random() < 1 / 3 ? -exponential() : 2 * exponential())),
    )
    expect(lopsided.shape).toBeCloseTo(1, 1)
    expect(lopsided.right / lopsided.left).toBeCloseTo(2, 0)
  })
})

describe('pseudoInverse', () => {
  it('inverts what can be inverted, and leaves out what cannot', () => {
    expect([...pseudoInverse([4, 1, 1, 3], 2)].map((value) => value * 11)).toEqual([
      expect.closeTo(3, 9),
      expect.closeTo(-1, 9),
      expect.closeTo(-1, 9),
      expect.closeTo(4, 9),
    ])
    expect([...pseudoInverse([2, 2, 2, 2], 2)]).toEqual(Array.from({ length: 4 }, () => expect.closeTo(1 / 8, 9)))
  })
})

describe('fitNaturalness', () => {
  let natural: Naturalness
  let clean: Buffer

  beforeAll(async () => {
    const photos = []
    for (const seed of [1, 2, 3]) photos.push(await featuresOf(await drawClouds(seed, 768)))
    natural = fitNaturalness(photos)
    clean = await drawClouds(11, 768)
  })

  const distanceOf = async (source: Uint8Array) => {
    const reading = natural.measure(await featuresOf(source))
    return reading.state === 'measured' ? reading.value : reading.message
  }

  it('takes 36 numbers of each whole patch', async () => {
    const patches = await featuresOf(await drawClouds(4, 300))
    expect(patches.map(({ features }) => features.length)).toEqual(Array.from({ length: 9 }, () => 36))
  })

  it('puts another clean picture near, and a worse one farther off', async () => {
    const before = await distanceOf(clean)
    for (const name of ['blur 1', 'blur 4', 'noise 15', 'JPEG 10', 'scaled up 2x'] as const) {
      expect(await distanceOf(await distortions[name](sharp(clean))), name).toBeGreaterThan(before as number)
    }
  })

  it('measures each photo against the others only', () => {
    expect(natural.photos).toHaveLength(3)
    for (const photo of natural.photos) expect(photo).toMatchObject({ state: 'measured' })
  })

  it('says that there are too few photos', async () => {
    const few = fitNaturalness([await featuresOf(clean)])
    expect(few.measure(naturalFeatures(drawPlane(400, 400, (x) => x / 2)))).toMatchObject({
      state: 'not-measured',
      reason: 'too-few-photos',
      message: expect.stringMatching(/^Too few photos: 1 gave \d+ sharp patches/),
    })
  })

  it('says that a picture is too small, or all one colour', () => {
    const random = createRandom(1)
    const small = natural.measure(naturalFeatures(drawPlane(150, 150, () => 255 * random())))
    expect(small).toMatchObject({ state: 'not-measured', reason: 'too-small' })
    expect(natural.measure(naturalFeatures(drawPlane(768, 768, () => 90)))).toMatchObject({
      state: 'not-measured',
      reason: 'too-small',
    })
  })
})
