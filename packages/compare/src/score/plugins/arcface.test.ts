import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyModel } from '../../models/cache.js'
import { writeOnnx } from '../../models/onnx/onnx.js'
import { pinnedModel } from '../../models/pinned.js'
import { arcfaceScorer } from './arcface.js'
import { decode, drawColour, newFolder, scored, subjectOf } from './test-scored.js'

const { state } = await verifyModel(pinnedModel('blazeface-back'))
const title =
  state === 'cached' ? 'with faces' : `with faces (skipped: blazeface-back is ${state}; pullModel fetches it)`

/** A face, drawn, of a skin and on a ground of some colour. */
async function drawFace(folder: string, name: string, skin: string, ground: string): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"><rect width="100%" height="100%" fill="${ground}"/>
    <g transform="translate(250 250)"><ellipse cy="-20" rx="80" ry="95" fill="#3a2a1c"/><ellipse rx="70" ry="90" fill="${skin}"/>
    <ellipse cx="-28" cy="-18" rx="14" ry="8" fill="#fff"/><ellipse cx="28" cy="-18" rx="14" ry="8" fill="#fff"/>
    <circle cx="-28" cy="-18" r="7" fill="#2a1a10"/><circle cx="28" cy="-18" r="7" fill="#2a1a10"/>
    <path d="M-46 -36 Q-28 -46 -12 -36 M46 -36 Q28 -46 12 -36" stroke="#3a2a1c" stroke-width="6" fill="none"/>
    <path d="M0 -14 L-9 20 Q0 28 9 20 Z" fill="#c98d6a"/><path d="M-26 46 Q0 62 26 46 Q0 40 -26 46" fill="#a84444"/></g></svg>`
  const path = join(folder, `${name}.png`)
  await sharp(Buffer.from(svg)).png().toFile(path)
  return path
}

/** A model of `length` numbers, each a mean of red, green and blue; of the first three each is one of them alone. */
function meanColours(length: number, side = 112, name = 'mean-colours'): Uint8Array {
  const weights = Float32Array.from({ length: length * 3 }, (_, index) => {
    const [number, channel] = [Math.floor(index / 3), index % 3]
    return number < 3 && number === channel ? 1 : 0
  })
  return writeOnnx({
    name,
    nodes: [
      { operation: 'Conv', inputs: ['input.1', 'weights'], output: 'mixed' },
      { operation: 'GlobalAveragePool', inputs: ['mixed'], output: '683' },
    ],
    constants: [{ name: 'weights', type: 'float32', shape: [length, 3, 1, 1], data: new Uint8Array(weights.buffer) }],
    inputs: [{ name: 'input.1', shape: [1, 3, side, side] }],
    outputs: [{ name: '683', shape: [1, length, 1, 1] }],
  })
}

let folder: string
let photos: readonly string[]
let model: string
beforeAll(async () => {
  folder = await newFolder()
  model = join(folder, 'arcface.onnx')
  await writeFile(model, meanColours(512))
  const grounds = ['#88a', '#8a8', '#a88']
  photos = await Promise.all(grounds.map((ground, index) => drawFace(folder, `face-${index}`, '#e0ac88', ground)))
})
const person = (paths: readonly string[]) => subjectOf('woman', paths)

describe('arcfaceScorer', () => {
  it('is for people', () => {
    const scorer = arcfaceScorer({ model })
    expect([scorer.suits({ className: 'woman' }), scorer.suits({ className: 'dog' })]).toEqual([true, false])
  })

  it('says what is missing', async () => {
    const reasonOf = async (scorer = arcfaceScorer({ model })) => {
      const ready = await scorer.open(person(photos))
      return ready.state === 'unavailable' ? ready.reason : 'ready'
    }
    expect(await reasonOf(arcfaceScorer({ model: join(folder, 'none.onnx') }))).toBe(
      `likeness-arcface not scored: ${join(folder, 'none.onnx')} is missing; put the ONNX file of your model there.`,
    )
    expect(await reasonOf(arcfaceScorer({ model }, { runtimes: [async () => undefined] }))).toContain(
      'add onnxruntime-node',
    )
    expect(await reasonOf(arcfaceScorer({ model }, { folder }))).toMatch(/run `likeness models pull blazeface-back`/i)
  })
})

describe.skipIf(state !== 'cached')(title, () => {
  it('is the cosine of the aligned faces, by whatever name the model takes them', async () => {
    const ready = await arcfaceScorer({ model }).open(person(photos))
    if (ready.state !== 'ready') throw new Error(ready.reason)
    expect(ready.references['likeness-arcface']).toMatchObject({ photos: 3 })
    const same = await ready.score(scored(photos[0] ?? '', '{subject}'))
    const other = await ready.score(scored(await drawFace(folder, 'green', '#20a020', '#88a'), '{subject}'))
    const [near, far] = [same, other].map(({ readings }) => readings['likeness-arcface'])
    if (near?.state !== 'measured' || far?.state !== 'measured') throw new Error('no face')
    expect(near.value).toBeGreaterThan(0.95)
    expect(far.value).toBeLessThan(near.value - 0.1)
    const [red, green, blue, ...rest] = decode(same.embedding)
    // Skin is reddish: with colours in their order, and above the middle, the first number is the greatest.
    expect(red).toBeGreaterThan(green ?? 1)
    expect(green).toBeGreaterThan(blue ?? 1)
    expect(rest).toHaveLength(509)
    await ready.close()
  })

  it('has no number where there is no face', async () => {
    const ready = await arcfaceScorer({ model }).open(person(photos))
    if (ready.state !== 'ready') throw new Error(ready.reason)
    const wall = await ready.score(scored(await drawColour(folder, 'wall', [90, 90, 90]), '{subject}'))
    expect(wall.readings['likeness-arcface']).toMatchObject({ state: 'not-measured', reason: 'no-face' })
    await ready.close()
  })

  it('needs 3 photos with a face', async () => {
    const wall = await drawColour(folder, 'grey', [90, 90, 90])
    expect(await arcfaceScorer({ model }).open(person([...photos.slice(1), wall]))).toEqual({
      state: 'unavailable',
      reason: 'likeness-arcface not scored: it needs 3 photos with a face; 2 of 3 have one.',
    })
  })

  it('refuses a model that is no ArcFace', async () => {
    const small = join(folder, 'small.onnx')
    await writeFile(small, meanColours(128))
    await expect(arcfaceScorer({ model: small }).open(person(photos))).rejects.toMatchObject({
      kind: 'invalid-request',
      message: 'scorers.arcface.model: must give 512 numbers for a face (given: 128)',
    })
    await writeFile(small, meanColours(512, 160))
    await expect(arcfaceScorer({ model: small }).open(person(photos))).rejects.toMatchObject({
      message: expect.stringContaining('must take faces of 1 x 3 x 112 x 112'),
    })
  })

  it('has another fingerprint with another model', async () => {
    const of = async (path: string) => {
      const ready = await arcfaceScorer({ model: path }).open(person(photos))
      if (ready.state !== 'ready') throw new Error(ready.reason)
      await ready.close()
      return { fingerprint: ready.fingerprint, models: ready.models.map(({ id }) => id) }
    }
    const renamed = join(folder, 'renamed.onnx')
    await writeFile(renamed, meanColours(512, 112, 'renamed'))
    const before = await of(model)
    expect(before.models).toEqual(['blazeface-back', 'arcface'])
    expect((await of(renamed)).fingerprint).not.toBe(before.fingerprint)
  })
})
