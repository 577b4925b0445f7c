import { describe, expect, it } from 'vitest'
import { isCutShort } from './cut-short.js'

/** A segment: marker, length, content. */
const segment = (marker: number, content: readonly number[]) => [0xff, marker, 0, content.length + 2, ...content]
const thumbnail = [0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9]
const jpeg = (...end: number[]) =>
  Buffer.from([0xff, 0xd8, ...segment(0xe1, thumbnail), ...segment(0xda, [1]), 7, 0xff, 0x00, 8, ...end])
const chunk = (name: string) => Buffer.concat([Buffer.alloc(4), Buffer.from(name), Buffer.alloc(4)])
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const webp = (said: number, bytes: number) => {
  const file = Buffer.alloc(bytes)
  file.write('RIFF')
  file.writeUInt32LE(said, 4)
  file.write('WEBP', 8)
  return file
}

describe('a picture', () => {
  it.each([
    ['JPEG', jpeg(0xff, 0xd9)],
    ['JPEG with something behind it', jpeg(0xff, 0xd9, 1, 2, 3)],
    ['PNG', Buffer.concat([signature, chunk('IDAT'), chunk('IEND')])],
    ['WebP', webp(20, 28)],
    ['of a kind that is not looked into', Buffer.from('GIF89a')],
    ['that is no picture', Buffer.from('hello')],
    ['of no bytes', Buffer.alloc(0)],
  ])('is whole: %s', (_, bytes) => {
    expect(isCutShort(bytes)).toBe(false)
  })

  it.each([
    ['JPEG whose thumbnail alone has an end', jpeg()],
    ['JPEG that ends within its thumbnail', jpeg().subarray(0, 9)],
    ['PNG', Buffer.concat([signature, chunk('IDAT')])],
    ['WebP', webp(40, 28)],
  ])('is cut short: %s', (_, bytes) => {
    expect(isCutShort(bytes)).toBe(true)
  })
})
