import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type Embedder, type Embedding, modelsOf } from '../identity/embedder.js'
import { unit } from '../identity/vectors.js'
import type { Reading } from '../measure.js'
import { verifyModel } from '../models/cache.js'
import { pinnedModel } from '../models/pinned.js'
import type { Picture } from '../pixels/picture.js'
import { readPicture } from '../pixels/picture.js'
import { faceLikenessScorer, objectLikenessScorer } from './likeness.js'
import { decode, drawColour, newFolder, scored, subjectOf } from './plugins/test-scored.js'
import type { ReadyScorer, ScoredSubject, Scorer } from './scorer.js'

/** Sees the mean colour of a picture; black has no face. Green is most probably a teapot, all else an umbrella. */
function embedderOf(kind: 'face' | 'object'): Embedder & { closed: number } {
  async function embed(source: string | Uint8Array | Picture, field?: string): Promise<Embedding> {
    const { rgb } = (await readPicture(source, field)).shown
    const colour = [rgb[0] ?? 0, rgb[1] ?? 0, rgb[2] ?? 0]
    if (colour.every((value) => value === 0)) return { state: 'no-face' }
    const vector = unit(colour)
    if (kind === 'face') return { state: 'embedded', vector }
    const probabilities = new Float32Array(1000)
    probabilities[(vector[1] ?? 0) > 0.9 ? 849 : 879] = 0.6
    return { state: 'embedded', vector, probabilities }
  }
  const embedder = {
    state: 'ready',
    kind,
    models: [{ id: 'sface', sha256: 'c0ffee' }],
    embed,
    closed: 0,
    close: async () => {
      embedder.closed += 1
    },
  } satisfies Embedder & { closed: number }
  return embedder
}

const folder = await newFolder()
const colour = (name: string, ...values: readonly [number, number, number]) => drawColour(folder, name, values)
const trained = await Promise.all([
  colour('trained-1', 250, 20, 20),
  colour('trained-2', 250, 40, 20),
  colour('trained-3', 250, 20, 40),
])
const kept = await Promise.all([
  colour('kept-1', 20, 250, 20),
  colour('kept-2', 40, 250, 20),
  colour('kept-3', 20, 250, 40),
])
const red = await colour('red', 250, 20, 20)
const green = await colour('green', 20, 250, 20)
const black = await colour('black', 0, 0, 0)

async function opened(scorer: Scorer, subject: ScoredSubject): Promise<ReadyScorer> {
  const ready = await scorer.open(subject)
  if (ready.state !== 'ready') throw new Error(ready.reason)
  return ready
}

const objects = () => objectLikenessScorer({ openEmbedder: async () => embedderOf('object') })
const faces = () => faceLikenessScorer({ openEmbedder: async () => embedderOf('face') })
const value = (reading: Reading | undefined) => (reading?.state === 'measured' ? reading.value : undefined)

async function readingsOf(scorer: ReadyScorer, path: string) {
  return (await scorer.score(scored(path, '{subject}'))).readings
}

describe('likeness scorers', () => {
  it('are each for its kind of subject', () => {
    const suited = (className: string, kind?: 'pet' | 'product' | 'style' | 'character' | 'person') =>
      [faces(), objects()].filter((scorer) => scorer.suits({ className, ...(kind && { kind }) })).map(({ id }) => id)
    expect(suited('woman')).toEqual(['likeness-face'])
    expect(suited('captain', 'person')).toEqual(['likeness-face'])
    for (const kind of ['pet', 'product', 'style', 'character', undefined] as const)
      expect(suited('robot', kind)).toEqual(['likeness-object'])
  })

  it('measure against the training photos, and say so', async () => {
    const scorer = await opened(objects(), subjectOf('teapot', trained))
    const readings = await readingsOf(scorer, red)
    expect(value(readings.likeness)).toBe(1)
    expect(value(readings['likeness-cosine'])).toBeGreaterThan(0.98)
    expect(value((await readingsOf(scorer, green)).likeness)).toBe(0)
    expect(scorer.notes[0]).toBe(
      'No photos were kept back: likeness is measured against the 3 training photos, and a copy of one scores best.',
    )
    expect(scorer.references['likeness-cosine']).toMatchObject({ photos: 3 })
    expect(scorer.references.likeness?.maximum).toBe(1)
    expect(scorer.models).toEqual([{ id: 'sface', sha256: 'c0ffee' }])
  })

  it('measure against photos that were kept back, where there are at least three', async () => {
    const scorer = await opened(objects(), subjectOf('teapot', trained, { heldOut: kept }))
    expect(value((await readingsOf(scorer, green)).likeness)).toBe(1)
    expect(value((await readingsOf(scorer, red)).likeness)).toBe(0)
    expect(scorer.notes[0]).toBe('Likeness is measured against 3 photos that no vendor was given.')
    const two = await opened(objects(), subjectOf('teapot', trained, { heldOut: kept.slice(1) }))
    expect(value((await readingsOf(two, red)).likeness)).toBe(1)
    expect(two.notes[0]).toMatch(/^Only 2 photos were kept back/)
  })

  it('have no number for a person without a face', async () => {
    const scorer = await opened(faces(), subjectOf('man', [...trained, black]))
    const score = await scorer.score(scored(black, '{subject}'))
    const noFace = { state: 'not-measured', reason: 'no-face', message: 'No face was found in the picture.' }
    expect(score).toEqual({ readings: { likeness: noFace, 'likeness-cosine': noFace } })
    expect(scorer.notes.at(-1)).toBe('1 of these 4 photos show no face; they do not count.')
  })

  it('give the direction of each picture', async () => {
    const scorer = await opened(faces(), subjectOf('man', trained))
    const { embedding } = await scorer.score(scored(red, '{subject}'))
    expect(decode(embedding)).toEqual([...unit([250, 20, 20])])
  })

  it('say whether the class is there, where ImageNet knows it', async () => {
    const teapot = await opened(objects(), subjectOf('teapot', trained))
    expect(value((await readingsOf(teapot, green))['class-shown'])).toBe(1)
    const umbrella = await opened(objects(), subjectOf('umbrella', trained))
    // The other four of the top five are the first of those that are equally improbable.
    expect(value((await readingsOf(umbrella, green))['class-shown'])).toBe(0)
    expect(value((await readingsOf(umbrella, red))['class-shown'])).toBe(1)
    const robot = await opened(objects(), subjectOf('robot', trained))
    expect((await readingsOf(robot, red))['class-shown']).toMatchObject({
      reason: 'not-applicable',
      message: 'ImageNet has no class for robot.',
    })
  })

  it('give no likeness of styles nor against too few photos, but all the rest', async () => {
    const style = await opened(objects(), subjectOf('teapot', trained, { kind: 'style' }))
    const few = await opened(objects(), subjectOf('teapot', trained.slice(1)))
    const none = await opened(objects(), subjectOf('teapot', []))
    for (const [scorer, reason] of [
      [style, 'not-applicable'],
      [few, 'too-few-photos'],
      [none, 'too-few-photos'],
    ] as const) {
      const { readings, embedding } = await scorer.score(scored(green, '{subject}'))
      expect(readings.likeness).toMatchObject({ state: 'not-measured', reason })
      expect(readings['likeness-cosine']).toMatchObject({ reason })
      expect(value(readings['class-shown'])).toBe(1)
      expect(decode(embedding)).toHaveLength(3)
      expect(scorer.notes.join(' ')).toMatch(/not scored|came without photos/)
      expect(scorer.references).toEqual({})
    }
  })

  it('change their fingerprint with the photos, the class and the weights, and with nothing else', async () => {
    const printOf = async (...[className, photos, options]: Parameters<typeof subjectOf>) =>
      (await opened(objects(), subjectOf(className, photos, options))).fingerprint
    const first = await printOf('teapot', trained)
    const moved = await colour('moved', 250, 20, 20)
    expect(await printOf('teapot', [moved, ...trained.slice(1)])).toBe(first)
    expect(await printOf('teapot', trained.slice(1))).not.toBe(first)
    expect(await printOf('vase', trained)).not.toBe(first)
    expect(await printOf('teapot', trained, { heldOut: kept })).not.toBe(first)
    const other = { ...embedderOf('object'), models: [{ id: 'sface' as const, sha256: 'feed' }] }
    const scorer = objectLikenessScorer({ openEmbedder: async () => other })
    expect((await opened(scorer, subjectOf('teapot', trained))).fingerprint).not.toBe(first)
  })

  it('find their fingerprint without opening anything', async () => {
    const pinned = async (kind: 'face' | 'object') => ({ ...embedderOf(kind), models: modelsOf(kind) })
    for (const create of [objectLikenessScorer, faceLikenessScorer]) {
      const subject = subjectOf('woman', trained, { heldOut: kept })
      const opening = await opened(create({ openEmbedder: pinned }), subject)
      expect(opening.models.length).toBeGreaterThan(0)
      expect(await create().fingerprint?.(subject)).toBe(opening.fingerprint)
      expect(await create().fingerprint?.(subjectOf('woman', trained))).not.toBe(opening.fingerprint)
    }
  })

  it('say what to do where weights or runtime are missing', async () => {
    const model = pinnedModel('resnet50')
    const missing = (state: 'not-pulled' | 'not-installed') =>
      objectLikenessScorer({ openEmbedder: async () => ({ state, model, reason: 'They are missing.' }) })
    expect(await missing('not-pulled').open(subjectOf('dog', trained))).toEqual({
      state: 'unavailable',
      reason: 'likeness not scored: run `likeness models pull`. They are missing.',
    })
    expect(await missing('not-installed').open(subjectOf('dog', trained))).toMatchObject({
      reason: expect.stringMatching(/^likeness not scored: add onnxruntime-node/),
    })
  })

  it('free the networks, also where a photo cannot be read', async () => {
    const embedder = embedderOf('object')
    const scorer = objectLikenessScorer({ openEmbedder: async () => embedder })
    await (await opened(scorer, subjectOf('teapot', trained))).close()
    expect(embedder.closed).toBe(1)
    await expect(scorer.open(subjectOf('teapot', [...trained, `${folder}/none.png`]))).rejects.toThrow(/photos\.3/)
    expect(embedder.closed).toBe(2)
  })
})

const { state } = await verifyModel(pinnedModel('resnet50'))
const title = state === 'cached' ? 'with ResNet-50' : `with ResNet-50 (skipped: its weights are ${state})`
const faceStates = await Promise.all((['blazeface-back', 'sface'] as const).map((id) => verifyModel(pinnedModel(id))))
const facesCached = faceStates.every((model) => model.state === 'cached')
const faceTitle = facesCached ? 'with SFace' : 'with SFace (skipped: its weights are not in the cache)'
const robot = (number: number) =>
  fileURLToPath(new URL(`../../../../examples/photos/robot-${number}.jpg`, import.meta.url))

describe.skipIf(state !== 'cached')(title, () => {
  it('finds the robot in its other photos, and not in a plain picture', async () => {
    const scorer = await opened(objectLikenessScorer(), subjectOf('robot', [1, 2, 3, 4].map(robot)))
    try {
      expect(value((await readingsOf(scorer, robot(7))).likeness)).toBeGreaterThan(0.8)
      expect(value((await readingsOf(scorer, green)).likeness)).toBeLessThan(0.3)
    } finally {
      await scorer.close()
    }
  })
})

describe.skipIf(!facesCached)(faceTitle, () => {
  it('finds no face in a plain picture', async () => {
    const plain = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#88a' } })
      .png()
      .toFile(`${folder}/plain.png`)
    expect(plain.width).toBe(300)
    const scorer = await opened(faceLikenessScorer(), subjectOf('man', [`${folder}/plain.png`]))
    try {
      const readings = await readingsOf(scorer, `${folder}/plain.png`)
      expect(readings.likeness).toMatchObject({ state: 'not-measured', reason: 'too-few-photos' })
      expect(scorer.notes).toEqual(['Likeness is not scored. Likeness needs 3 training photos; 0 have a face.'])
    } finally {
      await scorer.close()
    }
  })
})
