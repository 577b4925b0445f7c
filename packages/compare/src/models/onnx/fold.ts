import type { Layer, LayersModel, Weight } from './layers-model.js'

type Normalization = Extract<Layer, { class_name: 'BatchNormalization' }>

/** A weight by its name, which must have that many dimensions. */
export function weightOf({ weights }: LayersModel, name: string, rank: number): Weight {
  const found = weights.get(name)
  if (found === undefined) throw new TypeError(`layers-model: the weight ${name} is missing`)
  if (found.shape.length !== rank) throw new TypeError(`layers-model: ${name} has the shape ${found.shape.join('x')}`)
  return found
}

/** Factor and offset of a batch normalisation, per channel, in 64 bits until they are folded. */
export function foldedNormalization(model: LayersModel, layer: Normalization) {
  const vector = (part: string) => weightOf(model, `${layer.name}/${part}`, 1).data
  const [gamma, beta, mean, variance] = [
    vector('gamma'),
    vector('beta'),
    vector('moving_mean'),
    vector('moving_variance'),
  ]
  const factor = Array.from(gamma, (value, index) => value / Math.sqrt((variance[index] ?? 0) + layer.config.epsilon))
  const offset = Array.from(beta, (value, index) => value - (mean[index] ?? 0) * (factor[index] ?? 0))
  return { factor, offset }
}

/** The kernel from height, width, in, out to out, in, height, width, each out channel multiplied by its factor. */
export function kernelOf({ shape, data }: Weight, factor: readonly number[] | undefined): Weight {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape
  const result = new Float32Array(data.length)
  for (let output = 0; output < outputs; output++) {
    const scale = factor?.[output] ?? 1
    for (let input = 0; input < inputs; input++) {
      for (let cell = 0; cell < height * width; cell++) {
        const value = data[(cell * inputs + input) * outputs + output] ?? 0
        result[(output * inputs + input) * height * width + cell] = value * scale
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: result }
}
