import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import yauzl from 'yauzl'
import { failure, readAll, transportTo } from '../test/support.js'
import { type ZipEntry, zipStream } from './zip.js'

const entry = (name: string, content: string, bytes = Buffer.byteLength(content)): ZipEntry => ({
  name,
  bytes,
  open: async function* () {
    yield Buffer.from(content)
  },
})

/** Files of an archive as an independent reader sees them. */
async function unzip(archive: Buffer): Promise<{ name: string; content: Buffer; crc: number; method: number }[]> {
  const zip = await yauzl.fromBufferPromise(archive)
  const files = []
  for await (const found of zip.eachEntry()) {
    const content = await readAll(await zip.openReadStreamPromise(found))
    files.push({ name: found.fileName, content, crc: found.crc32, method: found.compressionMethod })
  }
  return files
}

describe('zipStream', () => {
  it('is read back whole by another reader, stored, with the length it says', async () => {
    const entries = [entry('a.jpg', 'aaaa'), entry('ä-2.txt', 'a man'), entry('empty', '')]
    const zip = zipStream(entries)
    const archive = await readAll(zip.open())
    expect(archive.byteLength).toBe(zip.bytes)
    const files = await unzip(archive)
    expect(files.map(({ name, content }) => [name, String(content)])).toEqual([
      ['a.jpg', 'aaaa'],
      ['ä-2.txt', 'a man'],
      ['empty', ''],
    ])
    for (const { content, crc, method } of files) {
      expect(crc).toBe(crc32(content))
      expect(method).toBe(0)
    }
  })

  it.each([0, 1, 7, 100])('knows its length with %i files', async (count) => {
    const zip = zipStream(Array.from({ length: count }, (_, i) => entry(`${i}-é.png`, 'x'.repeat(i * 97))))
    expect((await readAll(zip.open())).byteLength).toBe(zip.bytes)
  })

  it('has the same bytes each time and in every time zone', async () => {
    const zip = zipStream([entry('a.jpg', 'aaaa'), entry('b.jpg', 'bbbb')])
    const zone = process.env.TZ
    onTestFinished(() => {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    })
    const hashes = new Set<string>()
    for (const other of ['UTC', 'Asia/Tokyo', 'America/Los_Angeles']) {
      process.env.TZ = other
      hashes.add(
        createHash('sha256')
          .update(await readAll(zip.open()))
          .digest('hex'),
      )
    }
    expect(hashes.size).toBe(1)
  })

  it.each([
    ['a folder', ['a/b.jpg']],
    ['a parent', ['..']],
    ['a backslash', ['a\\b.jpg']],
    ['nothing', ['']],
    ['a name twice', ['a.jpg', 'a.jpg']],
  ])('refuses %s', (_, names) => {
    expect(() => zipStream(names.map((name) => entry(name, 'x')))).toThrow(/archive cannot hold/)
  })

  it('refuses what only some readers could open', () => {
    const half = (name: string) => ({ ...entry(name, 'x'), bytes: 2 ** 31 })
    expect(() => zipStream([half('a'), half('b')])).toThrow(/too large/)
  })

  it.each([1, 9])('says which file no longer has its %i bytes', async (bytes) => {
    const error = await failure(readAll(zipStream([entry('ok', 'x'), entry('cat.jpg', 'abcd', bytes)]).open()))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'cat.jpg' }] })
  })

  it('hands on why a file cannot be read, also before its first byte', async () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' })
    const broken = {
      name: 'b',
      bytes: 4,
      open: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied) }) }),
    }
    await expect(readAll(zipStream([entry('a', 'x'), broken]).open())).rejects.toBe(denied)
    const thrown = {
      name: 'b',
      bytes: 4,
      open: () => {
        throw denied
      },
    }
    await expect(readAll(zipStream([thrown]).open())).rejects.toBe(denied)
  })

  it.each([0, 1])('rejects at once when a file fails after the archive has begun (file %i)', async (position) => {
    const denied = Object.assign(new Error('EIO'), { code: 'EIO' })
    let opened = 0
    let closed = 0
    const broken: ZipEntry = {
      name: 'broken.jpg',
      bytes: 1_000_000,
      open: async function* () {
        opened++
        try {
          yield new Uint8Array(65_536)
          throw denied
        } finally {
          closed++
        }
      },
    }
    const entries = [entry('a.jpg', 'aaaa'), entry('z.jpg', 'zzzz')]
    const zip = zipStream(entries.toSpliced(position, 0, broken))
    let taken = 0
    const read = async () => {
      for await (const chunk of zip.open()) {
        taken += chunk.byteLength
        // Lets the failure come while nobody asks for a chunk.
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await expect(read()).rejects.toBe(denied)
    expect(taken).toBeGreaterThan(0)
    expect([opened, closed]).toEqual([1, 1])
  })

  it('closes the file it stands at when it is left early', async () => {
    let closed = 0
    const endless = {
      name: 'a',
      bytes: 2 ** 30,
      open: async function* () {
        try {
          for (;;) yield new Uint8Array(65_536)
        } finally {
          closed++
        }
      },
    }
    for await (const chunk of zipStream([endless]).open()) if (chunk.byteLength > 1000) break
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toBe(1)
  })

  it('never reads far ahead of what is taken', async () => {
    const chunk = 64 * 1024
    let produced = 0
    const big = (name: string): ZipEntry => ({
      name,
      bytes: 100 * chunk,
      open: async function* () {
        for (let i = 0; i < 100; i++) {
          produced += chunk
          yield new Uint8Array(chunk)
        }
      },
    })
    let taken = 0
    let ahead = 0
    for await (const piece of zipStream([big('a'), big('b'), big('c')]).open()) {
      // Lets everything that wants to run ahead do so.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      taken += piece.byteLength
      ahead = Math.max(ahead, produced - taken)
    }
    expect(produced).toBe(300 * chunk)
    expect(ahead).toBeLessThan(2 * 1024 * 1024)
  })

  it('stays flat while 200 MB go over the wire to a reader that pauses', async () => {
    const chunk = 256 * 1024
    const total = 800
    let produced = 0
    const big: ZipEntry = {
      name: 'a.bin',
      bytes: total * chunk,
      open: async function* () {
        const same = new Uint8Array(chunk)
        for (let i = 0; i < total; i++) {
          produced += chunk
          yield same
        }
      },
    }
    let received = 0
    let ahead = 0
    let announced: string | undefined
    const sink = createServer((request, response) => {
      announced = request.headers['content-length']
      request.on('data', (piece: Buffer) => {
        received += piece.byteLength
        ahead = Math.max(ahead, produced - received)
        if (received % 50 === 0) {
          request.pause()
          setImmediate(() => request.resume())
        }
      })
      request.on('end', () => response.end('{}'))
    })
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void sink.close())
    const { transport } = transportTo(`http://127.0.0.1:${(sink.address() as AddressInfo).port}`)
    const zip = zipStream([big])
    const body = { type: 'stream' as const, mediaType: 'application/zip', ...zip }
    await transport.send({ name: 'upload', effect: 'read', method: 'PUT', url: '/', body })
    expect(announced).toBe(String(zip.bytes))
    expect(received).toBe(zip.bytes)
    // What the sockets of both ends and the streams between hold, far from 200 MB.
    expect(ahead).toBeLessThan(24 * 1024 * 1024)
  })
})
