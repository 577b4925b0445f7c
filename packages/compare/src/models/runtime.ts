/** 32-bit floats and the length of each dimension, the outermost first. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** A loaded model. */
export interface Session {
  /** Names of what it takes and gives, in the model's order. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Inputs and outputs by the names that the model gives them. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  close(): Promise<void>
}

/** Package that can run a model. */
export type RuntimeName = 'onnxruntime-node' | 'onnxruntime-web'

/** A runtime that is installed. */
export interface Runtime {
  readonly name: RuntimeName
  /** @param model the bytes of an ONNX file */
  open(model: Uint8Array, threads: number): Promise<Session>
}

/** How one runtime is loaded: `undefined` when it is not installed. */
export type LoadRuntime = () => Promise<Runtime | undefined>

/** What both packages offer: ONNX Runtime's common interface, of which each carries the same types. */
type Ort = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>

const errorLevelOnly = 3

function toTensor(name: string, value: unknown): Tensor {
  if (typeof value === 'object' && value !== null && 'data' in value && 'dims' in value) {
    const { data, dims } = value
    if (data instanceof Float32Array && Array.isArray(dims)) return { data, shape: dims.map(Number) }
  }
  throw new TypeError(`model: the output ${name} is not a tensor of 32-bit floats`)
}

async function openSession(
  { InferenceSession, Tensor }: Ort,
  model: Uint8Array,
  executionProvider: 'cpu' | 'wasm',
  threads: number,
): Promise<Session> {
  const session = await InferenceSession.create(model, {
    executionProviders: [executionProvider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Else a second thread waits in a busy loop, and takes its core from whatever else there is to do.
    ...(executionProvider === 'cpu' && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
    // SFace's file makes the runtime warn at each load of initializers that nobody uses.
    logSeverityLevel: errorLevelOnly,
  })
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(
        ([name, { data, shape }]) => [name, new Tensor('float32', data, shape)] as const,
      )
      const outputs = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, toTensor(name, value)]))
    },
    close: () => session.release(),
  }
}

/** What an import gives, or `undefined` where the package is not installed; any other failure is thrown. */
async function unlessMissing<Module>(name: RuntimeName, load: () => Promise<Module>): Promise<Module | undefined> {
  try {
    return await load()
  } catch (error) {
    const missing =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
      error.message.includes(name)
    if (missing) return undefined
    throw error
  }
}

const loadNode: LoadRuntime = async () => {
  const ort = await unlessMissing('onnxruntime-node', () => import('onnxruntime-node'))
  return ort && { name: 'onnxruntime-node', open: (model, threads) => openSession(ort, model, 'cpu', threads) }
}

const loadWeb: LoadRuntime = async () => {
  const ort = await unlessMissing('onnxruntime-web', () => import('onnxruntime-web'))
  return (
    ort && {
      name: 'onnxruntime-web',
      open: (model, threads) => {
        // Read once, when the first session makes the WebAssembly instance.
        ort.env.wasm.numThreads = threads
        return openSession(ort, model, 'wasm', threads)
      },
    }
  )
}

/** The runtimes in the order in which they are tried; the first is four times as fast as the second. */
export const runtimes: Readonly<Record<RuntimeName, LoadRuntime>> = {
  'onnxruntime-node': loadNode,
  'onnxruntime-web': loadWeb,
}
