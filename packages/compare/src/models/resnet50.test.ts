import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyModel } from './cache.js'
import { openModel, type ReadyModel } from './open.js'
import { pinnedModel } from './pinned.js'

const { state } = await verifyModel(pinnedModel('resnet50'))
const title = state === 'cached' ? 'resnet50' : `resnet50 (skipped: its weights are ${state}; pullModel fetches them)`

describe.skipIf(state !== 'cached')(title, () => {
  let model: ReadyModel
  beforeAll(async () => {
    const opened = await openModel('resnet50')
    if (opened.state !== 'ready') throw new Error(opened.reason)
    model = opened
  })
  afterAll(() => model?.session.close())

  // The values are those of TensorFlow.js 4.22.0 (wasm) on the layers-model itself.
  it('gives the features and classes of its source', async () => {
    const size = 224
    const means = [103.939, 116.779, 123.68]
    const data = Float32Array.from({ length: 3 * size * size }, (_, index) => {
      const [channel, y, x] = [Math.floor(index / size ** 2), Math.floor(index / size) % size, index % size]
      return ((x * (channel + 3) + y * (5 - channel) + ((x * y) % 97)) % 256) - (means[channel] ?? 0)
    })
    const { features, probabilities } = await model.session.run({ image: { data, shape: [1, 3, size, size] } })
    const mean = (channel: number) =>
      [...(features?.data.subarray(channel * 49, (channel + 1) * 49) ?? [])].reduce((sum, value) => sum + value / 49, 0)
    expect([0, 1, 500, 1000, 1500, 2047].map(mean)).toEqual(
      [0.154064, 0.098395, 0.399625, 0.056674, 0.166772, 0.281011].map((value) => expect.closeTo(value, 4)),
    )
    expect([552, 794, 641].map((index) => probabilities?.data[index])).toEqual(
      [0.217357, 0.173501, 0.110223].map((value) => expect.closeTo(value, 4)),
    )
  })
})
