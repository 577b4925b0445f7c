import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { imageFile } from './image-file.js'
import { encodePlainPng, encodePng } from './png.js'
import { readImage } from './read-image.js'
import { trainingPhotos } from './training-photos.js'

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('trainingPhotos', () => {
  it('draws six different photos of at least 512 pixels', () => {
    const photos = trainingPhotos()
    expect(new Set(photos.map(hashOf)).size).toBe(6)
    for (const photo of photos) {
      const { mediaType, width, height } = readImage(photo)
      expect(mediaType).toBe('image/png')
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(512)
    }
  })

  it('draws the same bytes each time, in buffers of their own', () => {
    const [first] = trainingPhotos()
    first?.fill(0)
    expect(trainingPhotos().map(hashOf)).toEqual(trainingPhotos().map(hashOf))
    expect(readImage(trainingPhotos()[0] ?? new Uint8Array()).width).toBe(512)
  })
})

describe('imageFile', () => {
  it('tells what is in the file, and reads it as often as asked', async () => {
    const bytes = encodePlainPng(600, 400, [1, 2, 3])
    const file = imageFile(bytes, 'a.png', { caption: 'nothing' })
    expect(file).toMatchObject({ name: 'a.png', bytes: bytes.length, mediaType: 'image/png', width: 600, height: 400 })
    expect(file).toMatchObject({ sha256: hashOf(bytes), caption: 'nothing' })
    for (let reads = 0; reads < 2; reads += 1) {
      const chunks: Uint8Array[] = []
      for await (const chunk of file.stream()) chunks.push(chunk)
      expect(Buffer.concat(chunks)).toEqual(bytes)
    }
  })

  it('refuses what is no picture', () => {
    expect(() => imageFile(Buffer.from('%PDF-1.7 and so on, long enough'), 'a.png')).toThrow('not a PNG, JPEG or WebP')
  })
})

describe('encodePng', () => {
  it('holds the pixels it was given', () => {
    const png = encodePng(2, 2, (x, y) => [x * 10, y * 10, 7])
    const length = png.readUInt32BE(33)
    expect(png.toString('latin1', 37, 41)).toBe('IDAT')
    expect([...inflateSync(png.subarray(41, 41 + length))]).toEqual([0, 0, 0, 7, 10, 0, 7, 0, 0, 10, 7, 10, 10, 7])
  })
})

describe('readImage', () => {
  it('reads the frame of a JPEG behind other segments', () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc400040000ffc0000b080300040001012200', 'hex')
    expect(readImage(jpeg)).toEqual({ mediaType: 'image/jpeg', width: 1024, height: 768 })
  })

  it('reads the three sorts of WebP', () => {
    const webp = (chunk: string, data: string) =>
      Buffer.concat([Buffer.from(`RIFF....WEBP${chunk}....`), Buffer.from(data.padEnd(40, '0'), 'hex')])
    const size = { mediaType: 'image/webp', width: 640, height: 480 }
    expect(readImage(webp('VP8 ', '0000009d012a8002e001'))).toEqual(size)
    expect(readImage(webp('VP8L', '2f7fc27700'))).toEqual(size)
    expect(readImage(webp('VP8X', '000000007f0200df0100'))).toEqual(size)
  })
})
