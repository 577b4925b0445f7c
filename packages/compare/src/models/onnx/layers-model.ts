import { z } from 'zod'

const pair = z.tuple([z.number(), z.number()])
const padding = z.enum(['valid', 'same'])
/** `[layer, node index, tensor index, arguments]` of each input; layers of one use have one node. */
const inbound = z
  .array(z.array(z.tuple([z.string()]).rest(z.unknown())))
  .max(1, 'a layer used twice is not supported')
  .transform((nodes) => (nodes[0] ?? []).map(([name]) => name))
const layer = <Name extends string, Config extends z.ZodType>(name: Name, config: Config) =>
  z.object({ class_name: z.literal(name), name: z.string(), config, inbound_nodes: inbound })

const layerSchema = z.discriminatedUnion('class_name', [
  layer('InputLayer', z.object({ batch_input_shape: z.tuple([z.null(), z.number(), z.number(), z.number()]) })),
  layer('ZeroPadding2D', z.object({ padding: z.tuple([pair, pair]) })),
  layer(
    'Conv2D',
    z.object({
      strides: pair,
      padding,
      activation: z.literal('linear'),
      dilation_rate: z.tuple([z.literal(1), z.literal(1)]),
      use_bias: z.literal(true),
    }),
  ),
  layer('BatchNormalization', z.object({ epsilon: z.number(), axis: z.tuple([z.literal(3)]) })),
  layer('Activation', z.object({ activation: z.literal('relu') })),
  layer('Add', z.object({})),
  layer('MaxPooling2D', z.object({ pool_size: pair, strides: pair, padding: z.literal('valid') })),
  layer('GlobalAveragePooling2D', z.object({})),
  layer('Dense', z.object({ units: z.number(), activation: z.literal('softmax'), use_bias: z.literal(true) })),
])

/** One layer that the converter knows. */
export type Layer = z.infer<typeof layerSchema>

const modelSchema = z.object({
  modelTopology: z.object({
    model_config: z.object({
      config: z.object({ name: z.string(), layers: z.array(layerSchema) }),
    }),
  }),
  weightsManifest: z.tuple([
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') })),
    }),
  ]),
})

/** One weight: its shape, and its values in row-major order. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** A Keras model as TensorFlow.js keeps it: layers in an order in which inputs come first, and weights by name. */
export interface LayersModel {
  readonly name: string
  readonly layers: readonly Layer[]
  readonly weights: ReadonlyMap<string, Weight>
}

/**
 * Reads a layers-model.
 *
 * @param manifest the parsed `model.json`
 * @param shards the weight files, joined in the order of the manifest
 * @throws {TypeError} a layer or an option that the converter does not know, or weights of another length
 */
export function readLayersModel(manifest: unknown, shards: Uint8Array): LayersModel {
  const parsed = modelSchema.safeParse(manifest)
  if (!parsed.success) throw new TypeError(`layers-model: ${z.prettifyError(parsed.error)}`)
  const { name, layers } = parsed.data.modelTopology.model_config.config
  const weights = new Map<string, Weight>()
  // Shards are little-endian, as is every machine that Node runs on but s390x; copied, for the alignment.
  const values = new Float32Array(new Uint8Array(shards).buffer, 0, Math.floor(shards.length / 4))
  let offset = 0
  for (const { name, shape } of parsed.data.weightsManifest[0].weights) {
    const length = shape.reduce((product, size) => product * size, 1)
    weights.set(name, { shape, data: values.subarray(offset, offset + length) })
    offset += length
  }
  if (offset * 4 !== shards.length) {
    throw new TypeError(`layers-model: the manifest names ${offset * 4} bytes of weights, given are ${shards.length}`)
  }
  return { name, layers, weights }
}
