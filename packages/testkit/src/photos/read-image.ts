/** What the first bytes of an image file say. */
export interface ImageFacts {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp'
  readonly width: number
  readonly height: number
}

/**
 * Type and size of a PNG, JPEG or WebP from its content.
 *
 * @throws TypeError when it is none of them
 */
export function readImage(bytes: Uint8Array): ImageFacts {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const facts = readPng(file) ?? readJpeg(file) ?? readWebp(file)
  if (facts === undefined)
    throw new TypeError(`not a PNG, JPEG or WebP image: ${file.length} bytes that begin ${file.toString('hex', 0, 8)}`)
  return facts
}

function readPng(file: Buffer): ImageFacts | undefined {
  if (file.length < 24 || file.toString('latin1', 1, 4) !== 'PNG') return undefined
  return { mediaType: 'image/png', width: file.readUInt32BE(16), height: file.readUInt32BE(20) }
}

function readJpeg(file: Buffer): ImageFacts | undefined {
  if (file.length < 4 || file.readUInt16BE(0) !== 0xffd8) return undefined
  let offset = 2
  while (offset + 9 < file.length) {
    const marker = file[offset + 1] ?? 0
    // A frame header is any of C0 to CF but the tables C4, C8 and CC.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { mediaType: 'image/jpeg', height: file.readUInt16BE(offset + 5), width: file.readUInt16BE(offset + 7) }
    offset += 2 + file.readUInt16BE(offset + 2)
  }
  return undefined
}

function readWebp(file: Buffer): ImageFacts | undefined {
  if (file.length < 30 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  const mediaType = 'image/webp'
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { mediaType, width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = file.readUInt32LE(21)
      return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { mediaType, width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 }
    default:
      return undefined
  }
}
