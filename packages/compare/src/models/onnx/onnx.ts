import { bytes, type Field, integer, message, serialize, string } from './protobuf.js'

// Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (read 2026-11-20).
const elementTypes = { float32: 1, int64: 7 } as const

/** One operation of a graph. Attributes are whole numbers, or lists of them. */
export interface OnnxNode {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

/** A constant of a graph; `data` is little-endian. */
export interface OnnxConstant {
  readonly name: string
  readonly type: keyof typeof elementTypes
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** An input or an output of a graph: 32-bit floats of a fixed shape. */
export interface OnnxPort {
  readonly name: string
  readonly shape: readonly number[]
}

/** What a model file is written from. */
export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
}

function attribute(name: string, value: number | readonly number[]): Field {
  return typeof value === 'number'
    ? message(5, [string(1, name), integer(3, value), integer(20, 2)])
    : message(5, [string(1, name), ...value.map((one) => integer(8, one)), integer(20, 7)])
}

function node({ operation, inputs, output, attributes = {} }: OnnxNode): Field {
  return message(1, [
    ...inputs.map((input) => string(1, input)),
    string(2, output),
    string(3, output),
    string(4, operation),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  ])
}

function constant({ name, type, shape, data }: OnnxConstant): Field {
  return message(5, [
    ...shape.map((size) => integer(1, size)),
    integer(2, elementTypes[type]),
    string(8, name),
    bytes(9, data),
  ])
}

function port(number: 11 | 12, { name, shape }: OnnxPort): Field {
  const dimensions = shape.map((size) => message(1, [integer(1, size)]))
  const tensor = message(1, [integer(1, elementTypes.float32), message(2, dimensions)])
  return message(number, [string(1, name), message(2, [tensor])])
}

/** The bytes of an ONNX model of operator set 13. The same graph always gives the same bytes. */
export function writeOnnx({ name, nodes, constants, inputs, outputs }: OnnxGraph): Uint8Array {
  const graph = message(7, [
    ...nodes.map(node),
    string(2, name),
    ...constants.map(constant),
    ...inputs.map((input) => port(11, input)),
    ...outputs.map((output) => port(12, output)),
  ])
  const irVersion = 7
  return serialize([integer(1, irVersion), string(2, 'likeness'), graph, message(8, [string(1, ''), integer(2, 13)])])
}
