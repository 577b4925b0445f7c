import { crc32, deflateSync } from 'node:zlib'

/** Colour of one pixel, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

/** A PNG of 8-bit RGB pixels. The same pixels always make the same bytes. */
export function encodePng(width: number, height: number, pixel: (x: number, y: number) => Colour): Buffer {
  const stride = 1 + width * 3
  const rows = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * stride + 1 + x * 3)
  }
  return png(width, height, 2, rows)
}

/** A PNG of one colour: small and quick to make, whatever its size. */
export function encodePlainPng(width: number, height: number, colour: Colour): Buffer {
  const palette = chunk('PLTE', Buffer.from(colour))
  return png(width, height, 3, Buffer.alloc((1 + Math.ceil(width / 8)) * height), palette, 1)
}

function png(width: number, height: number, colourType: 2 | 3, rows: Buffer, palette?: Buffer, bitDepth = 8): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = bitDepth
  header[9] = colourType
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    palette ?? Buffer.alloc(0),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
