import { LikenessError } from '@likeness/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readPicture } from './picture.js'
import { fromPixels, robots } from './test-pictures.js'

const halves = fromPixels(80, 40, (x) => (x < 40 ? [0, 0, 0] : [255, 255, 255]))

describe('readPicture', () => {
  it('shows a photo turned as its EXIF says, and keeps the stored grid', async () => {
    const turned = await halves.clone().withMetadata({ orientation: 6 }).png().toBuffer()
    const picture = await readPicture(turned)
    expect(picture).toMatchObject({
      width: 40,
      height: 80,
      shown: { width: 40, height: 80 },
      stored: { width: 80, height: 40 },
    })
    expect(picture.shown.luma.values[0]).toBe(0)
    expect(picture.shown.luma.values.at(-1)).toBe(255)
  })

  it('scales large pictures down and never up; what is stored is cut on the grid', async () => {
    const large = await sharp({ create: { width: 3001, height: 1500, channels: 3, background: '#567' } })
      .png()
      .toBuffer()
    const picture = await readPicture(large)
    expect(picture).toMatchObject({ width: 3001, height: 1500, shown: { width: 1024, height: 512 } })
    expect(picture.stored).toMatchObject({ width: 2048, height: 1500 })
    expect(await readPicture(await halves.clone().png().toBuffer())).toMatchObject({ shown: { width: 80, height: 40 } })
  })

  it('decodes once for many measures', async () => {
    const picture = await readPicture(await halves.clone().png().toBuffer())
    expect(picture.shown).toBe(picture.stored)
    expect(await readPicture(picture)).toBe(picture)
  })

  it('reads grey, deep and transparent pictures as sRGB', async () => {
    const grey = await halves.clone().toColourspace('b-w').png().toBuffer()
    expect((await readPicture(grey)).shown.rgb.length).toBe(80 * 40 * 3)
    const deep = await halves.clone().toColourspace('rgb16').png().toBuffer()
    expect((await readPicture(deep)).shown.luma.values.at(-1)).toBe(255)
    const clear = await sharp({ create: { width: 40, height: 40, channels: 4, background: '#fff0' } })
      .png()
      .toBuffer()
    expect((await readPicture(clear)).shown.luma.values[0]).toBe(128)
  })

  it('refuses what is no picture, or only half of one, by the name of the field', async () => {
    const half = (await sharp(robots[0]).jpeg().toBuffer()).subarray(0, 9000)
    for (const bytes of [Buffer.from('<html>502</html>'), half]) {
      const error = await readPicture(bytes, 'photos.3').catch((caught: unknown) => caught)
      expect(LikenessError.is(error) && error.kind).toBe('invalid-request')
      expect(LikenessError.is(error) && error.message).toMatch(/^photos\.3: cannot be decoded; allowed are/)
    }
  })
})
