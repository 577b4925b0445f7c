import { createPortfolio, type Erasure, type FineTunedModel, generate, startGenerate } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dog, type Emulated, emulate, failureOf, picture, train } from '../test/emulated.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

async function trained(changes: object = {}): Promise<FineTunedModel> {
  const [model] = (await train(emulated.connect(), changes)).models
  if (model === undefined) throw new Error('no model')
  return model
}

const draw = (models: readonly FineTunedModel[], changes: object = {}) =>
  generate(picture(emulated.connect(), { portfolio: createPortfolio(dog, models), ...changes }))

const erase = async (model: FineTunedModel) => (await emulated.connect().fineTune?.erase(model)) ?? []

const outcomes = (lines: readonly Erasure[]) => lines.map(({ item, outcome, count }) => [item, outcome, count])

/** What the emulator still has: ids of tunes and prompts. */
async function kept(): Promise<readonly string[]> {
  const provider = emulated.connect()
  const prompts = await provider.generate?.list({ limit: 120 })
  const tunes = await provider.fineTune?.list({ limit: 120 })
  return [...(tunes?.items ?? []), ...(prompts?.items ?? [])].map(({ id }) => id)
}

describe('erasing a model', () => {
  it('deletes its prompts under the base model too, its pictures, itself and its photos, and nothing else', async () => {
    const model = await trained()
    const other = await trained()
    const mine = [await draw([model], { n: 2 }), await draw([model])]
    const theirs = await draw([other])
    const plain = await generate(picture(emulated.connect(), { prompt: 'a tree' }))
    const lines = await erase(model)
    expect(outcomes(lines)).toEqual([
      ['model', 'deleted', 1],
      ['weights', 'deleted', 1],
      ['dataset', 'deleted', trainingPhotos().length],
      ['generations', 'deleted', 2],
      ['outputs', 'deleted', 3],
    ])
    expect(lines.every(({ id }) => id === model.id)).toBe(true)
    expect(JSON.parse(JSON.stringify(lines))).toEqual(lines)
    expect(await kept()).toEqual([other.id, plain.handle.id, theirs.handle.id])
    for (const image of mine.flatMap(({ images }) => images)) {
      expect(await failureOf(image.bytes())).toMatchObject({ kind: 'expired' })
    }
    expect((await theirs.images[0]?.bytes())?.byteLength).toBeGreaterThan(0)
    const order = emulated.vendor.journal.map(({ operation }) => operation)
    expect(order.lastIndexOf('generation.remove')).toBeLessThan(order.indexOf('fine-tune.remove'))
  })

  it('deletes prompts of any workspace, each within its own', async () => {
    const model = await trained()
    for (const workspaceId of [7, 8]) await draw([model], { providerOptions: { astria: { workspaceId } } })
    await draw([model])
    const lines = await emulated.connect({ workspaceId: 9 }).fineTune?.erase(model)
    expect(outcomes(lines ?? [])).toContainEqual(['generations', 'deleted', 3])
    const all = await emulated.connect({ headers: { 'x-workspace-id': 'all' } }).generate?.list()
    expect(all?.items).toEqual([])
  })

  it('goes through all pages of prompts', async () => {
    const model = await trained()
    const portfolio = createPortfolio(dog, [model])
    // More than a page of each of the two lists.
    for (let count = 0; count < 250; count++) await startGenerate(picture(emulated.connect(), { portfolio }))
    expect(outcomes(await erase(model))).toContainEqual(['generations', 'deleted', 250])
    expect(await kept()).toEqual([])
  })

  it('deletes the prompts of a tune that is gone already, and says that it is', async () => {
    const model = await trained()
    await draw([model])
    await emulated.connect().fineTune?.remove(model)
    expect(outcomes(await erase(model))).toEqual([
      ['model', 'absent', undefined],
      ['weights', 'absent', undefined],
      ['dataset', 'absent', undefined],
      ['generations', 'deleted', 1],
      ['outputs', 'deleted', 1],
    ])
    expect(await kept()).toEqual([])
  })

  it('is all absent the second time', async () => {
    const model = await trained()
    await erase(model)
    expect((await erase(model)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('absent'))
  })

  it('tells what fails, does the rest, and can be called again', async () => {
    const model = await trained()
    await draw([model])
    await draw([model])
    const refusal = { type: 'forbidden' } as const
    // Each prompt is tried twice: it is in the tune's list, and it names the tune.
    emulated.vendor.fault({ operation: 'generation.remove', times: 3, fault: refusal })
    emulated.vendor.fault({ operation: 'fine-tune.remove', fault: refusal })
    const lines = await erase(model)
    expect(outcomes(lines)).toEqual([
      ['model', 'failed', undefined],
      ['weights', 'failed', undefined],
      ['dataset', 'failed', undefined],
      ['generations', 'failed', 1],
      ['outputs', 'failed', 1],
    ])
    expect(lines[0]).toMatchObject({ until: model.expiresAt, detail: expect.any(String) })
    expect(await kept()).toHaveLength(2)
    expect(outcomes(await erase(model))).toEqual([
      ['model', 'deleted', 1],
      ['weights', 'deleted', 1],
      ['dataset', 'deleted', trainingPhotos().length],
      ['generations', 'deleted', 1],
      ['outputs', 'deleted', 1],
    ])
    expect(await kept()).toEqual([])
  })

  it('does not believe that files are gone which are still served', async () => {
    const model = await trained()
    await draw([model])
    const connected = emulated.connect({
      fetch: (input, init) =>
        /\/(mp|storage)\//.test(String(input instanceof Request ? input.url : input))
          ? Promise.resolve(new Response('still here'))
          : emulated.emulator.fetch(input, init),
    })
    const lines = (await connected.fineTune?.erase(model)) ?? []
    expect(lines).toContainEqual(
      expect.objectContaining({ item: 'dataset', outcome: 'expires', until: model.expiresAt }),
    )
    const outputs = lines.find(({ item }) => item === 'outputs')
    expect(outputs).toMatchObject({ outcome: 'expires', until: expect.stringMatching(/^\d{4}-/) })
  })

  it('claims nothing of weights where nothing was trained', async () => {
    const mock = await trained({ mode: 'mock' })
    await draw([mock])
    expect(outcomes(await erase(mock))).toEqual([
      ['model', 'deleted', 1],
      ['weights', 'absent', undefined],
      ['dataset', 'deleted', trainingPhotos().length],
      ['generations', 'deleted', 1],
      ['outputs', 'absent', undefined],
    ])
  })

  it('stops when the caller does, and refuses a model of another provider', async () => {
    const model = await trained()
    const { fineTune } = emulated.connect()
    const before = emulated.vendor.journal.length
    expect(await failureOf(fineTune?.erase(model, { abortSignal: AbortSignal.abort() }))).toMatchObject({
      kind: 'aborted',
    })
    expect(await failureOf(fineTune?.erase({ ...model, provider: 'other' }))).toMatchObject({ kind: 'invalid-request' })
    expect(emulated.vendor.journal).toHaveLength(before)
  })

  it('downloads no weights', async () => {
    const model = await trained()
    const before = emulated.vendor.journal.length
    const error = await failureOf(emulated.connect().fineTune?.downloadWeights(model))
    expect(error).toMatchObject({ kind: 'unsupported' })
    expect(emulated.vendor.journal).toHaveLength(before)
  })
})
