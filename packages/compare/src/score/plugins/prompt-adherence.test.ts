import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ReadyScorer } from '../scorer.js'
import { type AdherenceModel, adherenceScorer } from './prompt-adherence.js'
import { decode, drawColour, newFolder, scored, subjectOf, writeFiles } from './test-scored.js'
import { fakeTransformers } from './test-transformers.js'
import type { LoadTransformers } from './transformers.js'

const files = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json']
const weights = ['onnx/text_model.onnx', 'onnx/vision_model.onnx']
const dog = subjectOf('dog', [])
const never: LoadTransformers = () => Promise.reject(new Error('the library was loaded'))

let folder: string
beforeEach(async () => {
  folder = await newFolder()
  await writeFiles(folder, [...files, ...weights])
})

async function opened(load: LoadTransformers, family: AdherenceModel = 'clip'): Promise<ReadyScorer> {
  const ready = await adherenceScorer(family, { folder, dtype: 'fp32' }, load).open(dog)
  if (ready.state !== 'ready') throw new Error(ready.reason)
  return ready
}

describe('adherenceScorer', () => {
  it.each([...files, ...weights])('names %s where it is missing, before the library is loaded', async (name) => {
    await rm(join(folder, name))
    expect(await adherenceScorer('clip', { folder, dtype: 'fp32' }, never).open(dog)).toEqual({
      state: 'unavailable',
      reason: `prompt-adherence-clip not scored: ${join(folder, name)} is missing; put the files of the model there as the hub names them.`,
    })
  })

  it('looks for the weights of the type that is asked for', async () => {
    const scorer = adherenceScorer('clip', { folder, dtype: 'q8' }, never)
    expect(await scorer.open(dog)).toMatchObject({
      reason: expect.stringContaining('onnx/text_model_quantized.onnx is'),
    })
  })

  it('says what to add where the library is missing', async () => {
    expect(await adherenceScorer('siglip', { folder, dtype: 'fp32' }, async () => undefined).open(dog)).toEqual({
      state: 'unavailable',
      reason: expect.stringMatching(
        /^prompt-adherence-siglip not scored: add @huggingface\/transformers to your project/,
      ),
    })
  })

  it('never lets the library reach out, and leaves its switches as they were', async () => {
    const { library, recorded } = fakeTransformers()
    await opened(async () => library)
    expect(recorded.loads.map(({ what }) => what)).toEqual(['tokenizer', 'processor', 'clip text', 'clip picture'])
    for (const { path, options, remote } of recorded.loads) {
      expect({ path, remote }).toEqual({ path: folder, remote: false })
      expect(options).toMatchObject({ local_files_only: true })
    }
    expect(library.env).toMatchObject({ allowRemoteModels: true, allowLocalModels: false })
  })

  it('puts the switches back where a file cannot be read', async () => {
    const { library } = fakeTransformers()
    const broken = { ...library, AutoTokenizer: { from_pretrained: () => Promise.reject(new Error('broken')) } }
    await expect(opened(async () => broken)).rejects.toThrow('broken')
    expect(library.env.allowRemoteModels).toBe(true)
  })

  it.each([
    ['clip', { text: 'text_embeds', picture: 'image_embeds' }, true],
    ['siglip', { text: 'pooler_output', picture: 'pooler_output' }, 'max_length'],
  ] as const)('is the cosine of prompt and picture by %s', async (family, outputs, padding) => {
    const { library, recorded } = fakeTransformers(outputs)
    const ready = await opened(async () => library, family)
    const purple = await drawColour(folder, 'purple', [30, 0, 40])
    const { readings, embedding } = await ready.score(scored(purple, 'a red {subject}, {subject}'))
    expect(readings).toEqual({
      [`prompt-adherence-${family}`]: { state: 'measured', value: expect.closeTo(0.6, 6) },
    })
    expect(decode(embedding)).toEqual([0.6, 0, 0.8].map((value) => expect.closeTo(value, 6)))
    expect(recorded.texts).toEqual(['a red dog, dog'])
    expect(recorded.paddings).toEqual([padding])
    await ready.close()
    expect(recorded.disposed).toBe(2)
  })

  it('reads each prompt once', async () => {
    const { library, recorded } = fakeTransformers()
    const ready = await opened(async () => library)
    const picture = await drawColour(folder, 'red', [255, 0, 0])
    for (const prompt of ['a red {subject}', 'a blue {subject}', 'a red {subject}'])
      await ready.score(scored(picture, prompt))
    expect(recorded.texts).toEqual(['a red dog', 'a blue dog'])
  })

  it('has another fingerprint when its weights, also those beside a file, change', async () => {
    const fingerprint = async () => (await opened(async () => fakeTransformers().library)).fingerprint
    const before = await fingerprint()
    expect(await fingerprint()).toBe(before)
    await writeFile(join(folder, 'onnx/vision_model.onnx_data'), 'more')
    const beside = await fingerprint()
    expect(beside).not.toBe(before)
    await writeFile(join(folder, 'onnx/vision_model.onnx'), 'other')
    expect([before, beside]).not.toContain(await fingerprint())
  })

  it('names what a model of another kind gives instead', async () => {
    const ready = await opened(async () => fakeTransformers({ text: 'logits', picture: 'image_embeds' }).library)
    const picture = await drawColour(folder, 'red', [255, 0, 0])
    await expect(ready.score(scored(picture, 'a red {subject}'))).rejects.toThrow('no output text_embeds')
  })
})
