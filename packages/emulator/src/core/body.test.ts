import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { zip } from '../../test/archives.js'
import { photo } from '../../test/photos.js'
import { ArchiveError, openArchive } from './archive.js'
import { BodyError, readBody } from './body.js'
import { isLoopback } from './reach.js'
import { createSpool } from './spool.js'

const spool = createSpool()
afterAll(() => spool.close())

async function read(body: ConstructorParameters<typeof Response>[0], headers: Record<string, string> = {}) {
  const carrier = new Response(body)
  const all = new Headers({ ...Object.fromEntries(carrier.headers), ...headers })
  return await readBody(carrier.body, all, spool)
}
const store = (bytes: Uint8Array, name: string, mediaType?: string) => spool.store([bytes], { name, mediaType })

describe('bodies', () => {
  it('reads JSON of every kind, and says when it is none', async () => {
    expect(await read('{"a":[1]}', { 'content-type': 'application/json; charset=utf-8' })).toEqual({
      type: 'json',
      value: { a: [1] },
    })
    expect(await read('null', { 'content-type': 'application/problem+json' })).toEqual({ type: 'json', value: null })
    expect(await read('{"a":', { 'content-type': 'application/json' })).toEqual({
      type: 'malformed-json',
      text: '{"a":',
    })
    expect(await read('', { 'content-type': 'application/json' })).toEqual({ type: 'none' })
    expect(await readBody(null, new Headers(), spool)).toEqual({ type: 'none' })
  })

  it('keeps the fields of a form in order, files among them', async () => {
    expect(
      await read(
        new URLSearchParams([
          ['b', '1'],
          ['a[]', 'x y'],
          ['b', '2'],
        ]),
      ),
    ).toEqual({
      type: 'form',
      encoding: 'urlencoded',
      fields: [
        { name: 'b', value: '1' },
        { name: 'a[]', value: 'x y' },
        { name: 'b', value: '2' },
      ],
    })
    const form = new FormData()
    form.append('tune[title]', 'möwe')
    form.append('tune[images][]', new Blob([await photo(1)], { type: 'image/jpeg' }), 'one.jpg')
    form.append('tune[name]', 'bird')
    const body = await read(form)
    expect(body).toMatchObject({
      encoding: 'multipart',
      fields: [
        { name: 'tune[title]', value: 'möwe' },
        { name: 'tune[images][]', value: { name: 'one.jpg', format: 'jpeg', width: 640, height: 640 } },
        { name: 'tune[name]', value: 'bird' },
      ],
    })
    await expect(read('no boundary', { 'content-type': 'multipart/form-data' })).rejects.toThrow(BodyError)
    await expect(read('--x\r\ncut', { 'content-type': 'multipart/form-data; boundary=x' })).rejects.toThrow(BodyError)
  })

  it('spools everything else to disk', async () => {
    const body = await read(Buffer.from('bytes'), { 'content-type': 'application/octet-stream' })
    if (body.type !== 'binary') throw new Error(`expected bytes, got ${body.type}`)
    expect(await readFile(body.file.path, 'utf8')).toBe('bytes')
    // sha256 of "bytes", by sha256sum.
    expect(body.file.sha256).toBe('277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9')
  })
})

describe('files', () => {
  it('are what their bytes are, not what they are called', async () => {
    expect(await store(Buffer.from('%PDF-1.7'), 'photo.jpg', 'image/jpeg')).not.toHaveProperty('format')
    expect(await store(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'photo.png')).not.toHaveProperty(
      'format',
    )
    expect(await store((await photo(1)).subarray(0, 40), 'cut.jpg')).not.toHaveProperty('format')
    expect(await store(await photo(1), 'photo.txt', 'text/plain')).toMatchObject({
      format: 'jpeg',
      mediaType: 'image/jpeg',
    })
  })

  it('go when the spool is closed', async () => {
    const own = createSpool()
    const { path } = await own.store([Buffer.from('x')], { name: 'x' })
    expect(existsSync(path)).toBe(true)
    await own.close()
    expect(existsSync(path)).toBe(false)
    await own.close()
  })

  it('are limited where asked', async () => {
    await expect(spool.store([Buffer.alloc(11)], { name: 'x', maxBytes: 10 })).rejects.toThrow(RangeError)
  })
})

describe('archives', () => {
  it('lists the files, once, without folders and clutter', async () => {
    const bytes = await zip({
      'a.jpg': await photo(1),
      '__MACOSX/._a.jpg': Buffer.from('x'),
      'sub/.DS_Store': Buffer.from('x'),
      'sub/a.txt': Buffer.from('ohwx'),
    })
    const file = await store(bytes, 'photos.zip')
    const entries = await openArchive(file)
    expect(entries.map(({ name, format }) => [name, format])).toEqual([
      ['a.jpg', 'jpeg'],
      ['sub/a.txt', undefined],
    ])
    expect(await openArchive(file)).toBe(entries)
  })

  it('refuses what is none, and what is damaged', async () => {
    await expect(openArchive(await store(Buffer.from('text'), 'photos.zip'))).rejects.toThrow(ArchiveError)
    const bytes = await zip({ 'a.jpg': await photo(1) })
    await expect(openArchive(await store(bytes.subarray(0, bytes.length - 30), 'photos.zip'))).rejects.toThrow(
      ArchiveError,
    )
  })
})

describe('isLoopback', () => {
  it.each([
    ['http://127.0.0.1:80/', true],
    ['http://127.9.9.9/', true],
    ['http://localhost/', true],
    ['http://fal.emulator.localhost/', true],
    ['http://[::1]:3000/', true],
    ['http://2130706433/', true],
    ['http://localhost.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://10.0.0.1/', false],
    ['http://169.254.169.254/', false],
  ])('%s: %s', (url, expected) => {
    expect(isLoopback(new URL(url))).toBe(expected)
  })
})
