import { describe, expect, it } from 'vitest'
import { mediaTypeOf, sniffMediaType } from './media-type.js'

const bytes = (text: string) => Buffer.from(text, 'latin1')

describe('sniffMediaType', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['RIFF\x00\x00\x00\x00WEBPVP8 ', 'image/webp'],
    ['GIF89a', 'image/gif'],
    ['\x00\x00\x00\x20ftypavif', 'image/avif'],
    ['\x00\x00\x00\x20ftypheic', 'image/heic'],
    ['PK\x03\x04', 'application/zip'],
    ['RIFF\x00\x00\x00\x00WAVE', undefined],
    ['\xff\xd8', undefined],
    ['', undefined],
    ['<html>', undefined],
  ])('%j', (start, type) => expect(sniffMediaType(bytes(start))).toBe(type))
})

describe('mediaTypeOf', () => {
  const jpeg = bytes('\xff\xd8\xff\xe0')
  it('believes the header', () => {
    expect(mediaTypeOf('image/PNG; charset=binary', jpeg)).toBe('image/png')
  })
  it.each([undefined, '', 'application/octet-stream', 'binary/octet-stream'])('looks at the bytes for %s', (type) => {
    expect(mediaTypeOf(type, jpeg)).toBe('image/jpeg')
  })
})
