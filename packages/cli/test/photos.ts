import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  // 8 bits a channel, red green blue.
  data.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), chunk('IHDR', data)])
}

const compressed = new Map<string, Buffer>()

function pixels(width: number, height: number, shade: number): Buffer {
  const key = `${width}x${height} ${shade}`
  const known = compressed.get(key)
  if (known !== undefined) return known
  const row = Buffer.alloc(1 + width * 3)
  for (let x = 0; x < width; x += 1) row.set([(shade * 37) % 256, (shade * 91) % 256, (shade * 53) % 256], 1 + x * 3)
  const rows = Buffer.concat(Array.from({ length: height }, () => row))
  const data = deflateSync(rows)
  compressed.set(key, data)
  return data
}

/** A real PNG of one of eight colours. Each `number` gives another file. */
function png(width: number, height: number, number: number): Buffer {
  return Buffer.concat([
    header(width, height),
    chunk('tEXt', Buffer.from(`Title\0photo ${number}`, 'latin1')),
    chunk('IDAT', pixels(width, height, number % 8)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The beginning of a PNG of any size, without its pixels: enough to be measured. */
export function pngHead(width: number, height: number): Buffer {
  return header(width, height)
}

/** A folder of `count` different photos. */
export async function writePhotos(folder: string, count: number, side = 1024): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (let index = 0; index < count; index += 1) {
    await writeFile(join(folder, `${String(index).padStart(3, '0')}.png`), png(side, side, index + 1))
  }
  return folder
}
