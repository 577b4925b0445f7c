import { describe, expect, it } from 'vitest'
import { createPieces } from './pieces.js'

const whole = Uint8Array.from({ length: 1003 }, (_, index) => index % 251)

/** A file in uneven chunks, and how often it was opened and closed. */
function fileOf(content: Uint8Array, bytes = content.byteLength) {
  const seen = { opened: 0, closed: 0 }
  async function* open() {
    seen.opened += 1
    try {
      yield content.subarray(0, 1)
      yield content.subarray(1, 1)
      yield content.subarray(1, 700)
      yield content.subarray(700)
    } finally {
      seen.closed += 1
    }
  }
  return { seen, file: { name: 'photos.zip', mediaType: 'application/zip', bytes, open } }
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk.slice())
  return Buffer.concat(chunks)
}

describe('pieces', () => {
  it('read in order come from one read, without losing or moving a byte', async () => {
    const { file, seen } = fileOf(whole)
    const pieces = createPieces(file, 100)
    const parts: Buffer[] = []
    for (let start = 0; start < file.bytes; start += 100) parts.push(await read(pieces.at(start).open()))
    expect(parts.map(({ byteLength }) => byteLength)).toEqual([...Array(10).fill(100), 3])
    expect(Buffer.concat(parts)).toEqual(Buffer.from(whole))
    await pieces.close()
    expect(seen).toEqual({ opened: 1, closed: 1 })
  })

  it('read again, whole or from the middle on, have the same bytes', async () => {
    const { file, seen } = fileOf(whole)
    const pieces = createPieces(file, 400)
    await read(pieces.at(0).open())
    const second = pieces.at(400)
    for await (const chunk of second.open()) if (chunk.byteLength > 0) break
    expect(await read(second.open())).toEqual(Buffer.from(whole.subarray(400, 800)))
    expect(await read(second.open())).toEqual(Buffer.from(whole.subarray(400, 800)))
    expect(await read(pieces.at(800).open())).toEqual(Buffer.from(whole.subarray(800)))
    await pieces.close()
    expect(seen).toEqual({ opened: 3, closed: 3 })
  })

  it('say when the file is shorter than announced', async () => {
    const { file } = fileOf(whole, 2000)
    const pieces = createPieces(file, 1500)
    await expect(read(pieces.at(0).open())).rejects.toMatchObject({
      kind: 'invalid-request',
      message: 'photos.zip ended after 1003 bytes, 2000 were announced',
    })
  })
})
