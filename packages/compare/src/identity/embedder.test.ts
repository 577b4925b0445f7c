import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyModel } from '../models/cache.js'
import { openModel, type ReadyModel } from '../models/open.js'
import { type ModelId, pinnedModel } from '../models/pinned.js'
import { runtimes } from '../models/runtime.js'
import { findFace } from './blazeface.js'
import { type Embedder, openEmbedder, type SubjectKind } from './embedder.js'
import { createLikeness } from './likeness.js'
import { readRaster } from './raster.js'
import { cosine } from './vectors.js'

const allCached = async (...ids: readonly ModelId[]) =>
  (await Promise.all(ids.map((id) => verifyModel(pinnedModel(id))))).every(({ state }) => state === 'cached')
const [faces, objects] = [await allCached('blazeface-back', 'sface'), await allCached('resnet50')]
const title = (name: string, cached: boolean) => (cached ? name : `${name} (skipped: weights not in the cache)`)

interface Scene {
  readonly width: number
  readonly height: number
  /** Middle of the face, and its size: 1 is 180 pixels high. */
  readonly x: number
  readonly y: number
  readonly scale: number
  /** In degrees, clockwise. */
  readonly turn?: number
}

/** A face, drawn: nobody's photo is needed to test where one is found. */
function draw({ width, height, x, y, scale, turn = 0 }: Scene): Promise<Buffer> {
  const face = `<ellipse cy="-20" rx="80" ry="95" fill="#3a2a1c"/><ellipse rx="70" ry="90" fill="#e0ac88"/>
    <ellipse cx="-28" cy="-18" rx="14" ry="8" fill="#fff"/><ellipse cx="28" cy="-18" rx="14" ry="8" fill="#fff"/>
    <circle cx="-28" cy="-18" r="7" fill="#2a1a10"/><circle cx="28" cy="-18" r="7" fill="#2a1a10"/>
    <path d="M-46 -36 Q-28 -46 -12 -36 M46 -36 Q28 -46 12 -36" stroke="#3a2a1c" stroke-width="6" fill="none"/>
    <path d="M0 -14 L-9 20 Q0 28 9 20 Z" fill="#c98d6a"/><path d="M-26 46 Q0 62 26 46 Q0 40 -26 46" fill="#a84444"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#88a"/>
    <g transform="translate(${x} ${y}) rotate(${turn}) scale(${scale})">${face}</g></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

const wide: Scene = { width: 900, height: 500, x: 400, y: 250, scale: 1 }
const high: Scene = { width: 400, height: 800, x: 150, y: 400, scale: 0.7 }
const turned: Scene = { ...wide, turn: 20 }

async function opened(kind: SubjectKind): Promise<Embedder> {
  const embedder = await openEmbedder(kind)
  if (embedder.state !== 'ready') throw new Error(embedder.reason)
  return embedder
}

describe.skipIf(!faces)(title('faces', faces), () => {
  let detector: ReadyModel
  let embedder: Embedder
  beforeAll(async () => {
    const model = await openModel('blazeface-back')
    if (model.state !== 'ready') throw new Error(model.reason)
    detector = model
    embedder = await opened('face')
  })
  afterAll(async () => {
    await detector?.session.close()
    await embedder?.close()
  })

  it.each<readonly [string, Scene]>([
    ['a wide picture', wide],
    ['a high picture', high],
    ['a turned face', turned],
    ['a corner of the picture', { width: 900, height: 900, x: 620, y: 240, scale: 0.8 }],
  ])('are found in %s, their eyes and mouth in place', async (_, scene) => {
    const face = await findFace(detector.session, await readRaster(await draw(scene), 'picture'))
    const angle = ((scene.turn ?? 0) * Math.PI) / 180
    const place = (x: number, y: number) => ({
      x: scene.x + (x * Math.cos(angle) - y * Math.sin(angle)) * scene.scale,
      y: scene.y + (x * Math.sin(angle) + y * Math.cos(angle)) * scene.scale,
    })
    const distance = (index: number, x: number, y: number) => {
      const [found, expected] = [face?.points[index], place(x, y)]
      return Math.hypot((found?.x ?? Number.NaN) - expected.x, (found?.y ?? Number.NaN) - expected.y) / scene.scale
    }
    // Of a face 180 high.
    for (const [index, x, y] of [
      [0, -28, -18],
      [1, 28, -18],
      [3, 0, 51],
    ] as const) {
      expect(distance(index, x, y)).toBeLessThan(15)
    }
  })

  it('are the same to the embedder when moved, scaled or turned', async () => {
    const vectors = await Promise.all(
      [wide, high, turned].map(async (scene) => {
        const embedding = await embedder.embed(await draw(scene))
        if (embedding.state !== 'embedded') throw new Error(embedding.state)
        return embedding.vector
      }),
    )
    const [one, two, three] = vectors
    if (one === undefined || two === undefined || three === undefined) throw new Error('three pictures were drawn')
    expect(one.length).toBe(128)
    expect(cosine(one, two)).toBeGreaterThan(0.8)
    expect(cosine(one, three)).toBeGreaterThan(0.8)
  })

  it('are the same to the second runtime, where the first is not installed', async () => {
    const absent = async () => undefined
    const second = await openEmbedder('face', { runtimes: [absent, runtimes['onnxruntime-web']] })
    if (second.state !== 'ready') throw new Error(second.reason)
    const picture = await draw(wide)
    const [one, two] = [await embedder.embed(picture), await second.embed(picture)]
    await second.close()
    if (one.state !== 'embedded' || two.state !== 'embedded') throw new Error('both must find the face')
    expect(cosine(one.vector, two.vector)).toBeGreaterThan(0.9999)
    expect(await openEmbedder('face', { runtimes: [absent, absent] })).toMatchObject({ state: 'not-installed' })
  })

  it('are not found where there is none', async () => {
    const plain = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#88a' } })
      .png()
      .toBuffer()
    expect(await embedder.embed(plain)).toEqual({ state: 'no-face' })
  })

  it('names the picture that cannot be decoded', async () => {
    await expect(embedder.embed(Uint8Array.of(1, 2, 3), 'photos.4')).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringContaining('photos.4: cannot be decoded'),
    })
  })
})

describe.skipIf(!objects)(title('objects', objects), () => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await opened('object')
  })
  afterAll(() => embedder?.close())
  const photo = (number: number) =>
    fileURLToPath(new URL(`../../../../examples/photos/robot-${number}.jpg`, import.meta.url))

  it('tells held-out photos of the subject from another picture', async () => {
    const likeness = await createLikeness(embedder, [1, 2, 3, 4, 5].map(photo))
    if (likeness.state !== 'ready') throw new Error(likeness.state)
    const { reference } = likeness
    expect(reference.models).toEqual([{ id: 'resnet50', sha256: pinnedModel('resnet50').sha256 }])
    for (const held of [6, 7, 8]) {
      expect(await likeness.score(photo(held))).toMatchObject({ relative: expect.closeTo(1, 1) })
    }
    const other = await likeness.score(await draw(wide))
    expect(other.state === 'scored' && other.cosine).toBeLessThan(reference.own.minimum - 0.2)
  })
})
