import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { photos } from '../../../test/photos.js'
import type { PictureOptions } from './draw.js'
import { drawPicture } from './draw.js'

const plain: PictureOptions = {
  subjects: [],
  fidelity: 'faithful',
  prompt: 'a photo of ohwx',
  seed: 1,
  width: 192,
  height: 128,
  format: 'png',
  vendor: 'somebody',
  look: { brightness: 1, saturation: 1, hue: 0 },
}

async function pixels(picture: Buffer): Promise<Buffer> {
  return await sharp(picture).removeAlpha().raw().toBuffer()
}

async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = [await pixels(one), await pixels(other)]
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length
}

describe('drawPicture', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('has exactly the size, as %s', async (format) => {
    const subjects = [{ photos: await photos(2), strength: 1 }]
    for (const [width, height] of [
      [64, 200],
      [333, 47],
    ] as const) {
      for (const each of [subjects, []]) {
        const picture = await drawPicture({ ...plain, subjects: each, width, height, format })
        expect(await sharp(picture).metadata()).toMatchObject({ width, height, format, channels: 3 })
      }
    }
  })

  const styles = [
    'watercolor',
    'oil painting',
    'pencil sketch',
    'comic',
    'black and white',
    'vintage',
    'neon',
    'space',
    'night',
    'sunset',
    'snow',
    'rain',
    'underwater',
    'forest',
    'desert',
    'cinematic',
    'studio',
  ]
  it('gives the same bytes for the same options, whatever the style', async () => {
    const subjects = [{ photos: await photos(3), strength: 1 }]
    for (const prompt of styles) {
      const [one, other] = await Promise.all([0, 1].map(() => drawPicture({ ...plain, subjects, prompt })))
      expect(one?.equals(other ?? Buffer.alloc(0)), prompt).toBe(true)
    }
  })

  it('shows each style', async () => {
    const subjects = [{ photos: (await photos(1)).slice(0, 1), strength: 1 }]
    const seen = await Promise.all(styles.map((prompt) => drawPicture({ ...plain, subjects, prompt, seed: 5 })))
    for (const [index, one] of seen.entries())
      for (const [later, other] of seen.slice(index + 1).entries())
        expect(await difference(one, other), `${styles[index]} and ${styles[index + later + 1]}`).toBeGreaterThan(3)
  })

  it('changes with the seed and with the prompt', async () => {
    const subjects = [{ photos: await photos(3), strength: 1 }]
    const one = await drawPicture({ ...plain, subjects })
    expect(await difference(one, await drawPicture({ ...plain, subjects, seed: 2 }))).toBeGreaterThan(2)
    expect((await drawPicture({ ...plain, subjects, prompt: 'a portrait of ohwx' })).equals(one)).toBe(false)
  })

  it('shows nothing of the photos without a fine-tune, or at strength 0', async () => {
    const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#00ff00' } })
      .png()
      .toBuffer()
    const standIn = await drawPicture(plain)
    const off = await drawPicture({ ...plain, subjects: [{ photos: [photo], strength: 0 }] })
    expect(off.equals(standIn)).toBe(true)
    const on = await drawPicture({ ...plain, subjects: [{ photos: [photo], strength: 1 }] })
    expect(await difference(on, standIn)).toBeGreaterThan(60)
    const half = await drawPicture({ ...plain, subjects: [{ photos: [photo], strength: 0.3 }] })
    expect(await difference(half, standIn)).toBeLessThan(await difference(on, standIn))
    expect(await difference(half, on)).toBeLessThan(await difference(on, standIn))
  })

  it('refuses a fidelity that is none', async () => {
    const subjects = [{ photos: await photos(1), strength: 1 }]
    // @ts-expect-error -- settings are assigned by JavaScript too
    await expect(drawPicture({ ...plain, subjects, fidelity: 'good' })).rejects.toThrow(
      'subjectFidelity must be faithful, half or dropped, got good',
    )
  })

  it.each([
    [200, 100, { left: 20, top: 40 }, { left: 170, top: 40 }],
    [100, 200, { left: 40, top: 20 }, { left: 40, top: 165 }],
  ])('shows several subjects side by side: %i x %i', async (width, height, first, second) => {
    const of = (background: string) =>
      sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toBuffer()
    const subjects = [
      { photos: [await of('#ff0000')], strength: 1 },
      { photos: [await of('#0000ff')], strength: 1 },
    ]
    const picture = await drawPicture({ ...plain, subjects, width, height })
    const at = async (place: { left: number; top: number }) =>
      await pixels(
        await sharp(picture)
          .extract({ ...place, width: 8, height: 8 })
          .png()
          .toBuffer(),
      )
    const [red, , redBlue] = await at(first)
    const [blueRed, , blue] = await at(second)
    expect(red).toBeGreaterThan(redBlue ?? 255)
    expect(blue).toBeGreaterThan(blueRed ?? 255)
  })

  it('leaves out a subject whose fine-tune is at strength 0', async () => {
    const [one, other] = (await photos(2)).map((bytes) => [bytes])
    if (one === undefined || other === undefined) throw new Error('two photos are needed')
    const subjects = [{ photos: one, strength: 1 }]
    const alone = await drawPicture({ ...plain, subjects })
    const beside = await drawPicture({ ...plain, subjects: [...subjects, { photos: other, strength: 0 }] })
    expect(beside.equals(alone)).toBe(true)
  })
})
