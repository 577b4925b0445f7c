import { LikenessError } from '@likeness/core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { distortions } from '../../bench/distortions.ts'
import { createTechnicalQuality, type TechnicalQuality, technicalMeasures } from './technical-quality.js'
import { robots } from './test-pictures.js'

describe('createTechnicalQuality', () => {
  let quality: TechnicalQuality
  beforeAll(async () => {
    quality = await createTechnicalQuality(robots.slice(0, 5))
  })

  it('puts every number beside the range of the photos', async () => {
    const photo = robots[1] ?? ''
    const measurements = await quality.measure(photo)
    expect(measurements.map(({ measure }) => measure)).toEqual(technicalMeasures.map(({ name }) => name))
    for (const { measure, reading, photos, position } of measurements) {
      if (reading.state === 'not-measured') continue
      expect(photos?.photos, measure).toBe(5)
      expect(position, measure).toBe('within')
      expect(photos).toBe(quality.ranges[measure])
    }
  })

  it('says where a picture lies outside the range', async () => {
    const noisy = await distortions['noise 30'](sharp(robots[0]))
    const of = async (source: Uint8Array, name: string) =>
      (await quality.measure(source)).find(({ measure }) => measure === name)?.position
    expect(await of(noisy, 'noise-level')).toBe('above')
    expect(await of(await distortions['blur 4'](sharp(robots[0])), 'laplacian-variance')).toBe('below')
  })

  it('leaves naturalness out where photos are too few, and measures the rest', async () => {
    const few = await createTechnicalQuality(robots.slice(0, 1))
    const natural = (await few.measure(robots[2] ?? '')).find(({ measure }) => measure === 'naturalness')
    expect(natural).toMatchObject({ reading: { state: 'not-measured', reason: 'too-few-photos' } })
    expect(natural).toMatchObject({ photos: undefined, position: undefined })
    expect(few.ranges['mean-luma']).toMatchObject({ photos: 1 })
  })

  it('refuses to measure against nothing', async () => {
    const error = await createTechnicalQuality([]).catch((caught: unknown) => caught)
    expect(LikenessError.is(error) && error.message).toBe('photos: given none; at least one training photo is needed')
  })
})
