import { foldedNormalization, kernelOf, weightOf } from './fold.js'
import type { Layer, LayersModel } from './layers-model.js'
import { type OnnxConstant, type OnnxGraph, type OnnxNode, writeOnnx } from './onnx.js'

type LayerOf<Name extends Layer['class_name']> = Extract<Layer, { class_name: Name }>

const bytesOf = (data: Float32Array | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const floats = (name: string, shape: readonly number[], data: Float32Array): OnnxConstant => ({
  name,
  type: 'float32',
  shape,
  data: bytesOf(data),
})

function samePads({ name, config }: LayerOf<'Conv2D'>, [, , height = 1, width = 1]: readonly number[]): number[] {
  if (config.padding === 'valid') return [0, 0, 0, 0]
  // With a stride, 'same' depends on the input's size; with an even kernel it is lopsided. Nothing here needs either.
  if (config.strides.some((stride) => stride !== 1) || height % 2 === 0 || width % 2 === 0) {
    throw new TypeError(`layers-model: ${name} pads in a way that is not supported`)
  }
  const [vertical, horizontal] = [(height - 1) / 2, (width - 1) / 2]
  return [vertical, horizontal, vertical, horizontal]
}

/**
 * Writes a layers-model as ONNX: pictures are 1 x 3 x height x width instead of channels last, and each batch
 * normalisation is folded into the convolution before it. Outputs are `features`, the map that is pooled, and
 * `probabilities`.
 *
 * @throws {TypeError} the model is not of the one shape that is supported: convolutions, one pooling, one classifier
 */
export function convertLayersModel(model: LayersModel): Uint8Array {
  const nodes: OnnxNode[] = []
  const constants: OnnxConstant[] = []
  const inputs: OnnxGraph['inputs'][number][] = []
  const outputs: OnnxGraph['outputs'][number][] = []
  /** Name and shape (without the batch) of what each layer gives. */
  const values = new Map<string, { readonly name: string; readonly shape: readonly number[] }>()
  const normalizations = new Map(
    model.layers.flatMap((layer) =>
      layer.class_name === 'BatchNormalization' ? [[layer.inbound_nodes[0], layer]] : [],
    ),
  )
  const convolutions = new Set(model.layers.flatMap((one) => (one.class_name === 'Conv2D' ? [one.name] : [])))

  const inputOf = (layer: Layer, index = 0) => {
    const value = values.get(layer.inbound_nodes[index] ?? '')
    if (value === undefined) throw new TypeError(`layers-model: ${layer.name} comes before its input`)
    return value
  }
  const add = (layer: Layer, shape: readonly number[], node: Omit<OnnxNode, 'output'>) => {
    nodes.push({ ...node, output: layer.name })
    values.set(layer.name, { name: layer.name, shape })
  }
  const convolution = (layer: LayerOf<'Conv2D'>) => {
    const input = inputOf(layer)
    const normalization = normalizations.get(layer.name)
    const folded = normalization && foldedNormalization(model, normalization)
    const kernel = kernelOf(weightOf(model, `${layer.name}/kernel`, 4), folded?.factor)
    const bias = weightOf(model, `${layer.name}/bias`, 1).data.map(
      (value, index) => value * (folded?.factor[index] ?? 1) + (folded?.offset[index] ?? 0),
    )
    const pads = samePads(layer, kernel.shape)
    constants.push(floats(`${layer.name}/kernel`, kernel.shape, kernel.data))
    constants.push(floats(`${layer.name}/bias`, [bias.length], bias))
    const { strides } = layer.config
    add(layer, pooled(input.shape, kernel.shape.slice(2), strides, pads, bias.length), {
      operation: 'Conv',
      inputs: [input.name, `${layer.name}/kernel`, `${layer.name}/bias`],
      attributes: { kernel_shape: kernel.shape.slice(2), strides, pads },
    })
  }
  const zeroPadding = (layer: LayerOf<'ZeroPadding2D'>) => {
    const input = inputOf(layer)
    const [[top, bottom], [left, right]] = layer.config.padding
    const pads = BigInt64Array.from([0, 0, top, left, 0, 0, bottom, right].map(BigInt))
    constants.push({ name: `${layer.name}/pads`, type: 'int64', shape: [8], data: bytesOf(pads) })
    const [channels = 0, height = 0, width = 0] = input.shape
    add(layer, [channels, height + top + bottom, width + left + right], {
      operation: 'Pad',
      inputs: [input.name, `${layer.name}/pads`],
    })
  }
  const classifier = (layer: LayerOf<'Dense'>) => {
    const { shape, data } = weightOf(model, `${layer.name}/kernel`, 2)
    const bias = weightOf(model, `${layer.name}/bias`, 1).data
    constants.push(floats(`${layer.name}/kernel`, shape, data), floats(`${layer.name}/bias`, [bias.length], bias))
    nodes.push({
      operation: 'Flatten',
      inputs: [inputOf(layer).name],
      output: `${layer.name}/flat`,
      attributes: { axis: 1 },
    })
    nodes.push({
      operation: 'Gemm',
      inputs: [`${layer.name}/flat`, `${layer.name}/kernel`, `${layer.name}/bias`],
      output: `${layer.name}/logits`,
    })
    nodes.push({
      operation: 'Softmax',
      inputs: [`${layer.name}/logits`],
      output: 'probabilities',
      attributes: { axis: 1 },
    })
    outputs.push({ name: 'probabilities', shape: [1, bias.length] })
  }
  const pooling = (layer: LayerOf<'GlobalAveragePooling2D'>) => {
    const input = inputOf(layer)
    nodes.push({ operation: 'Identity', inputs: [input.name], output: 'features' })
    outputs.push({ name: 'features', shape: [1, ...input.shape] })
    add(layer, [input.shape[0] ?? 0, 1, 1], { operation: 'GlobalAveragePool', inputs: [input.name] })
  }
  const convert = (layer: Layer): void => {
    switch (layer.class_name) {
      case 'InputLayer': {
        const [, height, width, channels] = layer.config.batch_input_shape
        inputs.push({ name: 'image', shape: [1, channels, height, width] })
        values.set(layer.name, { name: 'image', shape: [channels, height, width] })
        return
      }
      case 'ZeroPadding2D':
        zeroPadding(layer)
        return
      case 'Conv2D':
        convolution(layer)
        return
      case 'BatchNormalization':
        // Folded into the convolution, whose output is therefore already normalised.
        if (!convolutions.has(layer.inbound_nodes[0] ?? '')) {
          throw new TypeError(`layers-model: ${layer.name} does not follow a convolution`)
        }
        values.set(layer.name, inputOf(layer))
        return
      case 'Activation':
        add(layer, inputOf(layer).shape, { operation: 'Relu', inputs: [inputOf(layer).name] })
        return
      case 'Add':
        add(layer, inputOf(layer).shape, {
          operation: 'Add',
          inputs: [inputOf(layer).name, inputOf(layer, 1).name],
        })
        return
      case 'MaxPooling2D': {
        const { pool_size, strides } = layer.config
        const [channels = 0] = inputOf(layer).shape
        add(layer, pooled(inputOf(layer).shape, pool_size, strides, [0, 0, 0, 0], channels), {
          operation: 'MaxPool',
          inputs: [inputOf(layer).name],
          attributes: { kernel_shape: pool_size, strides },
        })
        return
      }
      case 'GlobalAveragePooling2D':
        pooling(layer)
        return
      case 'Dense':
        classifier(layer)
        return
    }
  }
  for (const layer of model.layers) convert(layer)
  return writeOnnx({ name: model.name, nodes, constants, inputs, outputs })
}

function pooled(
  [, height = 0, width = 0]: readonly number[],
  [kernelHeight = 1, kernelWidth = 1]: readonly number[],
  [down = 1, across = 1]: readonly number[],
  [top = 0, left = 0, bottom = 0, right = 0]: readonly number[],
  channels: number,
): readonly number[] {
  return [
    channels,
    Math.floor((height + top + bottom - kernelHeight) / down) + 1,
    Math.floor((width + left + right - kernelWidth) / across) + 1,
  ]
}
