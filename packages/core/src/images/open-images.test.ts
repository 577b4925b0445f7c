import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openImages } from './open-images.js'

/** The first bytes of a PNG of that size; enough to be known as one. */
function png(width: number, height: number, salt = 0): Buffer {
  const header = Buffer.alloc(33)
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(header)
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  header.writeUInt8(salt, 28)
  return header
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function written(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

async function contentOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('openImages', () => {
  it('opens bytes, blobs, streams, paths, folders, globs, file and http URLs alike, each readable twice', async () => {
    const bytes = png(640, 480)
    await mkdir(join(folder, 'photos'))
    await writeFile(join(folder, 'photos', 'b.PNG'), bytes)
    await writeFile(join(folder, 'photos', 'a.png'), bytes)
    await writeFile(join(folder, 'photos', 'notes.txt'), 'not a picture')
    const fetch = async () => new Response(bytes)
    const stream = (async function* () {
      yield bytes.subarray(0, 10)
      yield bytes.subarray(10)
    })()
    const opened = await openImages(
      [
        bytes,
        new Blob([bytes]),
        stream,
        join(folder, 'photos', 'a.png'),
        join(folder, 'photos'),
        join(folder, 'photos', 'a*.png'),
        new URL(`file://${folder}/photos/a.png`),
        'https://photos.example/x',
        { image: bytes, caption: 'a bench', name: 'bench.jpg' },
      ],
      { fetch },
    )
    expect(opened.images).toHaveLength(10)
    for (const image of opened.images) {
      expect(image).toMatchObject({ bytes: bytes.length, mediaType: 'image/png', width: 640, height: 480 })
      expect(image.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(await contentOf(image.stream())).toEqual(bytes)
      expect(await contentOf(image.stream())).toEqual(bytes)
    }
    expect(opened.images.map(({ name }) => name)).toEqual([
      'image-1.png',
      'image-2.png',
      'image-3.png',
      'a.png',
      'a-2.png',
      'b.PNG',
      'a-3.png',
      'a-4.png',
      'image-9.png',
      'bench.png',
    ])
    expect(opened.images.at(-1)?.caption).toBe('a bench')
    expect(opened.images.at(-2)?.url).toBe('https://photos.example/x')
    await opened.close()
    const spooled = opened.images[2]
    if (spooled === undefined) throw new Error('no third image')
    await expect(contentOf(spooled.stream())).rejects.toThrow()
  })

  it.each([
    ['an empty folder', async () => folder, /images\.0: the folder .* holds no images/],
    ['a missing file', async () => join(folder, 'none.jpg'), /images\.0: there is no file or folder .*none\.jpg/],
    ['a glob that matches nothing', async () => join(folder, '*.jpg'), /no file matches/],
    ['an empty file', () => written('e.jpg', ''), /is an empty file/],
    ['a PDF named .jpg', () => written('p.jpg', '%PDF-1.7 ...'), /is a PDF document, not an image/],
    ['another protocol', async () => new URL('ftp://photos.example/x.jpg'), /neither http\(s\): nor file:/],
  ])('refuses %s by name', async (_, input, message) => {
    await expect(openImages([await input()])).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringMatching(message),
    })
  })

  it('refuses a URL that does not answer with a picture', async () => {
    const gone = openImages(['https://photos.example/x'], { fetch: async () => new Response('no', { status: 404 }) })
    await expect(gone).rejects.toMatchObject({ message: expect.stringContaining('the server answered 404') })
  })

  it('leaves no spooled file behind when a later input is refused', async () => {
    const before = (await readdir(tmpdir())).filter((name) => /^likeness-images-/.test(name))
    const stream = (async function* () {
      yield png(640, 480)
    })()
    await expect(openImages([stream, Buffer.from('nothing')])).rejects.toThrow(/images\.1/)
    const after = (await readdir(tmpdir())).filter((name) => /^likeness-images-/.test(name))
    expect(after.filter((name) => !before.includes(name))).toEqual([])
  })

  it('ends as aborted, also where a stream has stalled', async () => {
    const controller = new AbortController()
    const reason = new Error('the user left')
    const stalled = (async function* () {
      yield png(64, 64)
      controller.abort(reason)
      await new Promise(() => {})
    })()
    const opening = openImages([stalled], { abortSignal: controller.signal })
    await expect(opening).rejects.toMatchObject({ name: 'LikenessError', kind: 'aborted', cause: reason })
    const late = openImages([png(64, 64)], { abortSignal: controller.signal })
    await expect(late).rejects.toMatchObject({ name: 'LikenessError', kind: 'aborted', cause: reason })
  })

  it.each(['caption', 'name'])('refuses a %s that is no text', async (key) => {
    const input = { image: png(64, 64), [key]: 5 } as unknown as Uint8Array
    await expect(openImages([input])).rejects.toMatchObject({ fields: [{ field: `images.0.${key}` }] })
  })
})
