import { describe, expect, it } from 'vitest'
import { runtimes } from '../runtime.js'
import { convertLayersModel } from './convert.js'
import { readLayersModel } from './layers-model.js'

const inputs = (...names: string[]) => [names.map((name) => [name, 0, 0, {}])]
const convolution = (name: string, input: string, padding: 'same' | 'valid', strides = [1, 1]) => ({
  class_name: 'Conv2D',
  name,
  config: { strides, padding, activation: 'linear', dilation_rate: [1, 1], use_bias: true },
  inbound_nodes: inputs(input),
})
const layer = (class_name: string, name: string, config: object, ...from: string[]) => ({
  class_name,
  name,
  config,
  inbound_nodes: from.length === 0 ? [] : inputs(...from),
})

const layers = [
  layer('InputLayer', 'in', { batch_input_shape: [null, 4, 5, 2] }),
  layer(
    'ZeroPadding2D',
    'pad',
    {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
    'in',
  ),
  convolution('first', 'pad', 'valid', [2, 1]),
  layer('BatchNormalization', 'normal', { epsilon: 0.001, axis: [3] }, 'first'),
  layer('Activation', 'relu', { activation: 'relu' }, 'normal'),
  convolution('second', 'relu', 'same'),
  layer('Add', 'add', {}, 'second', 'relu'),
  layer('MaxPooling2D', 'maximum', { pool_size: [2, 2], strides: [1, 1], padding: 'valid' }, 'add'),
  layer('GlobalAveragePooling2D', 'average', {}, 'maximum'),
  layer('Dense', 'classes', { units: 2, activation: 'softmax', use_bias: true }, 'average'),
]
const shapes: Readonly<Record<string, readonly number[]>> = {
  'first/kernel': [2, 3, 2, 3],
  'first/bias': [3],
  'normal/gamma': [3],
  'normal/beta': [3],
  'normal/moving_mean': [3],
  'normal/moving_variance': [3],
  'second/kernel': [3, 1, 3, 3],
  'second/bias': [3],
  'classes/kernel': [3, 2],
  'classes/bias': [2],
}
const lengthOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
const manifestOf = (of: readonly object[]) => ({
  modelTopology: { model_config: { config: { name: 'small', layers: of } } },
  weightsManifest: [
    { paths: ['one'], weights: Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'float32' })) },
  ],
})

let state = 7
const next = () => {
  state = (state * 16_807) % 2_147_483_647
  return state / 2_147_483_647
}
const weights = Object.fromEntries(
  // A variance is above 0; the others may be on both sides of it.
  Object.entries(shapes).map(([name, shape]) => [
    name,
    Float32Array.from({ length: lengthOf(shape) }, () => (name.endsWith('variance') ? next() + 0.5 : next() * 2 - 1)),
  ]),
)
const shards = Buffer.concat(Object.values(weights).map(({ buffer }) => Buffer.from(buffer)))
const picture = Float32Array.from({ length: 4 * 5 * 2 }, () => next() * 4 - 2)

type Cells = (y: number, x: number, channel: number) => number
const weight = (name: string, index: number) => weights[name]?.[index] ?? Number.NaN
const times = (count: number) => Array.from({ length: count }, (_, index) => index)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The same network by its definition: channels last, nothing folded. */
function reference() {
  const inside = (value: number, size: number) => value >= 0 && value < size
  const input: Cells = (y, x, c) => (inside(y, 4) && inside(x, 5) ? (picture[(y * 5 + x) * 2 + c] ?? Number.NaN) : 0)
  const padded: Cells = (y, x, c) => input(y - 1, x, c)
  const relu: Cells = (y, x, c) => {
    if (!inside(y, 2) || !inside(x, 5)) return 0
    const terms = times(2).flatMap((ky) =>
      times(3).flatMap((kx) =>
        times(2).map((i) => padded(y * 2 + ky, x + kx, i) * weight('first/kernel', ((ky * 3 + kx) * 2 + i) * 3 + c)),
      ),
    )
    const value = sum(terms) + weight('first/bias', c)
    const deviation = Math.sqrt(weight('normal/moving_variance', c) + 0.001)
    const normal = ((value - weight('normal/moving_mean', c)) / deviation) * weight('normal/gamma', c)
    return Math.max(0, normal + weight('normal/beta', c))
  }
  const added: Cells = (y, x, c) => {
    const terms = times(3).flatMap((ky) =>
      times(3).map((i) => relu(y + ky - 1, x, i) * weight('second/kernel', (ky * 3 + i) * 3 + c)),
    )
    return sum(terms) + weight('second/bias', c) + relu(y, x, c)
  }
  const maximum: Cells = (y, x, c) =>
    Math.max(added(y, x, c), added(y + 1, x, c), added(y, x + 1, c), added(y + 1, x + 1, c))
  const features = times(3).map((c) => times(4).map((x) => maximum(0, x, c)))
  const pooled = features.map((row) => sum(row) / row.length)
  const logits = times(2).map(
    (unit) =>
      sum(pooled.map((value, c) => value * weight('classes/kernel', c * 2 + unit))) + weight('classes/bias', unit),
  )
  const total = sum(logits.map(Math.exp))
  return { features: features.flat(), probabilities: logits.map((value) => Math.exp(value) / total) }
}

describe('convertLayersModel', () => {
  it.each(Object.entries(runtimes))('gives what the layers define, in %s', async (_, load) => {
    const runtime = await load()
    if (runtime === undefined) throw new Error('the runtimes are development dependencies: install them')
    const session = await runtime.open(convertLayersModel(readLayersModel(manifestOf(layers), shards)), 1)
    const channelsFirst = Float32Array.from(
      picture,
      (_, index) => picture[(index % 20) * 2 + Math.floor(index / 20)] ?? 0,
    )
    const outputs = await session.run({ image: { data: channelsFirst, shape: [1, 2, 4, 5] } })
    await session.close()
    const expected = reference()
    expect(outputs.features?.shape).toEqual([1, 3, 1, 4])
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5))
    expect([...(outputs.features?.data ?? [])]).toEqual(close(expected.features))
    expect([...(outputs.probabilities?.data ?? [])]).toEqual(close(expected.probabilities))
  })

  it('refuses what it would convert wrongly', () => {
    const without = (name: string) => layers.filter((one) => one.name !== name)
    const strided = [...layers.slice(0, 5), convolution('second', 'relu', 'same', [2, 2])]
    const bare = [...layers.slice(0, 1), layer('BatchNormalization', 'normal', { epsilon: 0.1, axis: [3] }, 'in')]
    const convert = (of: readonly object[]) => convertLayersModel(readLayersModel(manifestOf(of), shards))
    expect(() => convert(strided)).toThrow('second pads in a way')
    expect(() => convert(bare)).toThrow('normal does not follow a convolution')
    expect(() => convert(without('relu'))).toThrow('second comes before its input')
    expect(() => convert([layer('Dropout', 'drop', {}, 'in')])).toThrow('layers-model')
    expect(() => readLayersModel(manifestOf(layers), shards.subarray(4))).toThrow('bytes of weights')
  })
})
