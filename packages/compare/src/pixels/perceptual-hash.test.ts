import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { copies } from '../../bench/distortions.ts'
import { createLeakageCheck } from './leakage.js'
import { findNearDuplicates, hashPicture } from './near-duplicates.js'
import { DUPLICATE_BITS, hashDistance } from './perceptual-hash.js'
import { robots as all, drawClouds, fromPixels } from './test-pictures.js'

const robots = all.slice(0, 4)
const robot = robots[0] ?? ''

describe('hashPicture', () => {
  it.each(['JPEG 40', 'half size', '4 % cut off'] as const)('stays the same to ten bits: %s', async (name) => {
    for (const path of robots) {
      const [before, after] = [await hashPicture(path), await hashPicture(await copies[name](sharp(path)))]
      expect(hashDistance(before ?? '0', after ?? 'f')).toBeLessThanOrEqual(DUPLICATE_BITS)
    }
  })

  it('has 64 bits that differ between pictures', async () => {
    const hashes = await Promise.all([1, 2, 3, 4].map(async (seed) => hashPicture(await drawClouds(seed, 256))))
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/)
    expect(findNearDuplicates(hashes)).toEqual({ pairs: [], share: 0, blank: [] })
  })

  it('counts bits', () => {
    expect(hashDistance('0000000000000000', 'ffffffffffffffff')).toBe(64)
    expect(hashDistance('8000000000000001', '0000000000000000')).toBe(2)
  })
})

describe('findNearDuplicates', () => {
  it('counts pictures that repeat an earlier one, and leaves blank ones out', async () => {
    const blank = await hashPicture(
      await fromPixels(64, 64, () => [3, 3, 3])
        .png()
        .toBuffer(),
    )
    const photo = await hashPicture(robot)
    const copy = await hashPicture(await copies['JPEG 40'](sharp(robot)))
    const other = await hashPicture(await drawClouds(5, 256))
    const found = findNearDuplicates([photo, other, blank, copy, photo])
    expect(found.pairs.map(({ first, second }) => [first, second])).toEqual([
      [0, 3],
      [0, 4],
      [3, 4],
    ])
    expect(found).toMatchObject({ share: 0.5, blank: [2] })
    expect(findNearDuplicates([blank]).share).toBeUndefined()
  })
})

describe('createLeakageCheck', () => {
  it.each(Object.keys(copies) as (keyof typeof copies)[])('finds the photo in its copy: %s', async (name) => {
    const check = await createLeakageCheck(robots)
    for (const [photo, path] of robots.entries()) {
      expect(await check.check(await copies[name](sharp(path)))).toMatchObject({
        state: 'measured',
        photo,
        leaked: true,
      })
    }
  })

  it('takes another picture for what it is', async () => {
    const check = await createLeakageCheck(robots.slice(1))
    const clouds = await check.check(await drawClouds(1, 512))
    expect(clouds).toMatchObject({ state: 'measured', leaked: false })
    expect(await check.check(robot)).toMatchObject({ state: 'measured', leaked: false })
  })

  it('says where nothing can be compared', async () => {
    const blank = await fromPixels(64, 64, () => [250, 250, 250])
      .png()
      .toBuffer()
    const check = await createLeakageCheck([blank])
    expect(check.blank).toEqual([0])
    expect(await check.check(robot)).toMatchObject({
      state: 'not-measured',
      message: 'No training photo shows anything.',
    })
    expect(await check.check(blank)).toMatchObject({ state: 'not-measured', message: 'The picture shows one colour.' })
  })
})
