import { describe, expect, it } from 'vitest'
import type { ImageLimits } from '../capabilities.js'
import type { ImageFile } from './image-file.js'
import { preflight } from './preflight.js'

const limits: ImageLimits = {
  minimum: 4,
  maximum: 20,
  recommended: { minimum: 8, maximum: 16 },
  mediaTypes: ['image/jpeg', 'image/png'],
  maximumBytes: 10_000_000,
  maximumTotalBytes: 100_000_000,
  minimumSide: 256,
  maximumSide: 8000,
  recommendedSide: 512,
}

function images(count: number, overrides: Partial<ImageFile> = {}): ImageFile[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${index}.jpg`,
    bytes: 1000,
    mediaType: 'image/jpeg',
    width: 1024,
    height: 1024,
    sha256: String(index),
    stream: async function* () {},
    ...overrides,
  }))
}

const codes = (files: ImageFile[]) => preflight(files, limits).map(({ severity, code }) => `${severity}:${code}`)

describe('preflight', () => {
  it('finds nothing wrong with good pictures', () => expect(codes(images(8))).toEqual([]))
  it.each<[string, ImageFile[], string[]]>([
    ['one picture', images(1), ['error:too-few']],
    ['few pictures', images(5), ['warning:few']],
    ['many pictures', images(18), ['warning:many']],
    ['500 pictures', images(500), ['error:too-many']],
    ['another type', [...images(7), ...images(1, { mediaType: 'image/gif', sha256: 'g' })], ['error:media-type']],
    ['a huge file', [...images(7), ...images(1, { bytes: 10_000_001, sha256: 'h' })], ['error:too-large']],
    ['a huge sum', images(12, { bytes: 9_000_000 }), ['error:total-too-large']],
    ['a 20 000 pixel picture', [...images(7), ...images(1, { width: 20_000, sha256: 'w' })], ['error:too-wide']],
    ['a tiny picture', [...images(7), ...images(1, { height: 200, sha256: 't' })], ['error:too-small']],
    ['a small picture', [...images(7), ...images(1, { height: 400, sha256: 's' })], ['warning:low-resolution']],
    ['a picture given twice', [...images(7), ...images(1)], ['warning:duplicate']],
  ])('notices %s', (_, files, expected) => {
    expect(codes(files).filter((code) => code !== 'warning:duplicate' || expected.includes(code))).toEqual(expected)
  })

  it('warns of pointless size where no limit is published', () => {
    const { maximumSide: _, ...unlimited } = limits
    const found = preflight([...images(7), ...images(1, { width: 20_000, sha256: 'w' })], unlimited)
    expect(found.map(({ code, severity }) => `${severity}:${code}`)).toEqual(['warning:oversized'])
    expect(found[0]?.message).toContain('is 20000x1024; more than 8192 pixels a side')
  })

  it('says what was given and what is allowed', () => {
    expect(preflight(images(1), limits)[0]?.message).toBe('1 images given, at least 4 are needed')
  })
})
