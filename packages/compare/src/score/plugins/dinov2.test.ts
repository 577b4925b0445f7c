import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { dinov2Scorer } from './dinov2.js'
import { decode, drawColour, newFolder, scored, subjectOf, writeFiles } from './test-scored.js'
import { fakeTransformers } from './test-transformers.js'

const reddish = [
  [255, 0, 0],
  [255, 51, 0],
  [255, 0, 51],
] as const

let folder: string
let photos: readonly string[]
beforeEach(async () => {
  folder = await newFolder()
  await writeFiles(folder, ['config.json', 'preprocessor_config.json', 'onnx/model.onnx'])
  photos = await Promise.all(reddish.map((colour, index) => drawColour(folder, `photo-${index}`, colour)))
})

const scorer = (library = fakeTransformers().library) => dinov2Scorer({ folder, dtype: 'fp32' }, async () => library)

describe('dinov2Scorer', () => {
  it('is the cosine of the first token to the mean of the photos', async () => {
    const { library, recorded } = fakeTransformers()
    const ready = await scorer(library).open(subjectOf('painting', photos, { kind: 'style' }))
    if (ready.state !== 'ready') throw new Error(ready.reason)
    expect(recorded.loads.map(({ what, remote }) => [what, remote])).toEqual([
      ['processor', false],
      ['model', false],
    ])
    const blue = await ready.score(scored(await drawColour(folder, 'blue', [0, 0, 200]), '{subject}'))
    // The photos have length 1 each: (1, 0, 0) and twice (5, 1, 0) / sqrt(26), of which one points to blue.
    const [long, short] = [1 + 10 / Math.sqrt(26), 1 / Math.sqrt(26)]
    const value = short / Math.hypot(long, short, short)
    expect(blue.readings).toEqual({ 'likeness-dinov2': { state: 'measured', value: expect.closeTo(value, 6) } })
    expect(decode(blue.embedding)).toEqual([0, 0, 1])
    // Each photo against the mean of the others; the red one is nearest.
    expect(ready.references['likeness-dinov2']).toEqual({
      minimum: expect.closeTo(
        (5 * (1 + 5 / Math.sqrt(26))) / (Math.sqrt(26) * Math.hypot(1 + 5 / Math.sqrt(26), short)),
        6,
      ),
      median: expect.closeTo(
        (5 * (1 + 5 / Math.sqrt(26))) / (Math.sqrt(26) * Math.hypot(1 + 5 / Math.sqrt(26), short)),
        6,
      ),
      maximum: expect.closeTo(10 / Math.hypot(10, 1, 1), 6),
      photos: 3,
    })
    await ready.close()
    expect(recorded.disposed).toBe(1)
  })

  it('takes photos that were kept back, where there are 3', async () => {
    const greens = await Promise.all([0, 1, 2].map((index) => drawColour(folder, `green-${index}`, [0, 255, index])))
    const of = async (heldOut: readonly string[]) => {
      const ready = await scorer().open(subjectOf('cat', photos, { heldOut }))
      if (ready.state !== 'ready') throw new Error(ready.reason)
      const { readings } = await ready.score(scored(greens[0] ?? '', '{subject}'))
      const reading = readings['likeness-dinov2']
      return { value: reading?.state === 'measured' ? reading.value : undefined, ...ready }
    }
    const [kept, trained] = [await of(greens), await of(greens.slice(1))]
    expect(kept.value).toBeGreaterThan(0.99)
    expect(trained.value).toBeLessThan(0.2)
    expect([kept.notes, trained.notes]).toEqual([
      ['Likeness is measured against 3 photos that no vendor was given.'],
      [expect.stringMatching(/^Only 2 photos were kept back: likeness is measured against the 3 training photos/)],
    ])
    expect(kept.fingerprint).not.toBe(trained.fingerprint)
  })

  it('keeps no model open after a photo that cannot be decoded', async () => {
    const { library, recorded } = fakeTransformers()
    await writeFile(photos[2] ?? '', 'no picture')
    await expect(scorer(library).open(subjectOf('cat', photos))).rejects.toThrow()
    expect(recorded.disposed).toBe(1)
  })

  it('says what is missing', async () => {
    expect(await scorer().open(subjectOf('cat', photos.slice(1)))).toEqual({
      state: 'unavailable',
      reason: 'likeness-dinov2 not scored: it needs 3 photos, given are 2.',
    })
    const other = dinov2Scorer({ folder, dtype: 'fp16' }, async () => fakeTransformers().library)
    expect(await other.open(subjectOf('cat', photos))).toMatchObject({
      reason: expect.stringContaining(`${join(folder, 'onnx/model_fp16.onnx')} is missing`),
    })
    const without = dinov2Scorer({ folder, dtype: 'fp32' }, async () => undefined)
    expect(await without.open(subjectOf('cat', photos))).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('add @huggingface/transformers'),
    })
  })
})
