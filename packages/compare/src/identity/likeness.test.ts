import { describe, expect, it } from 'vitest'
import { pinnedModel } from '../models/pinned.js'
import type { Embedder, Embedding } from './embedder.js'
import { createLikeness, relativeLikeness } from './likeness.js'
import { unit } from './vectors.js'

/** An embedder of pictures whose bytes are their vector; an empty one has no face. */
function embedderOf(kind: 'face' | 'object'): Embedder {
  const embed = async (picture: string | Uint8Array): Promise<Embedding> =>
    picture.length === 0 ? { state: 'no-face' } : { state: 'embedded', vector: unit([...picture].map(Number)) }
  return { state: 'ready', kind, models: [{ id: 'sface', sha256: '00' }], embed, close: async () => {} }
}
const photo = (...vector: readonly number[]) => Uint8Array.from(vector)
const photos = [photo(10, 1, 0), photo(10, 0, 1), photo(10, 0, 0), photo()]

describe('createLikeness', () => {
  it('scores against the mean of the photos, and the photos against each other', async () => {
    const likeness = await createLikeness(embedderOf('face'), photos)
    if (likeness.state !== 'ready') throw new Error(likeness.state)
    const { own, ...reference } = likeness.reference
    expect(reference).toEqual({
      kind: 'face',
      models: [{ id: 'sface', sha256: '00' }],
      photos: 3,
      withoutFace: [3],
    })
    // By hand: (10, 1, 0) against the mean of (10, 0, 1) and (10, 0, 0), each at length 1: 0.99379; (10, 0, 0) against the others 20 / sqrt(402).
    expect([own.minimum, own.mean, own.maximum]).toEqual([
      expect.closeTo(0.993798, 5),
      expect.closeTo(0.995037, 4),
      expect.closeTo(20 / Math.sqrt(402), 6),
    ])
    expect(await likeness.score(photo(10, 0, 0))).toMatchObject({ state: 'scored', relative: 1 })
    expect(await likeness.score(photo(0, 10, 0))).toMatchObject({ state: 'scored', relative: 0 })
    const half = await likeness.score(photo(10, 10, 0))
    expect(half).toEqual({
      state: 'scored',
      cosine: expect.closeTo(0.72983, 5),
      relative: expect.closeTo((0.72983 - 0.15) / (0.995037 - 0.15), 4),
    })
  })

  it('has no score, rather than 0, for a picture without a face', async () => {
    const likeness = await createLikeness(embedderOf('face'), photos)
    expect(likeness.state === 'ready' && (await likeness.score(photo()))).toEqual({ state: 'no-face' })
  })

  it('says when photos are too few', async () => {
    expect(await createLikeness(embedderOf('face'), photos.slice(1))).toEqual({
      state: 'too-few-photos',
      photos: 2,
      needed: 3,
      reason: 'Likeness needs 3 training photos; 2 have a face.',
    })
    await expect(createLikeness(embedderOf('object'), [])).rejects.toMatchObject({ kind: 'invalid-request' })
  })

  it('hands on why there is no model', async () => {
    const missing = { state: 'not-pulled', model: pinnedModel('sface'), reason: 'fetch it' } as const
    expect(await createLikeness(missing, photos)).toBe(missing)
  })
})

describe('relativeLikeness', () => {
  it('has no value where the photos are as unlike as strangers', () => {
    expect(relativeLikeness('face', 0.9, 0.1)).toBeUndefined()
    expect(relativeLikeness('object', 0.55, 0.56)).toBeUndefined()
    expect(relativeLikeness('object', 0.55, 0.65)).toBeCloseTo(0.03 / 0.13)
    expect(relativeLikeness('object', 0.6, 0.84)).toBeCloseTo(0.25)
  })
})
