import { resolve } from 'node:path'
import type { Pixels } from '../../pixels/plane.js'
import { missingPackage } from './missing-package.js'

/** Inputs of a model, as tokenizers and processors make them. */
export type ModelInputs = Readonly<Record<string, unknown>>

/** A loaded model. */
export interface TransformersModel {
  (inputs: ModelInputs): Promise<Readonly<Record<string, unknown>>>
  dispose(): Promise<unknown>
}

/** How the library loads anything. */
interface Loads<Loaded> {
  from_pretrained(
    path: string,
    options: { readonly local_files_only: true; readonly dtype?: string; readonly device?: 'cpu' },
  ): Promise<Loaded>
}

type Tokenizer = (
  texts: readonly string[],
  options: { readonly padding: true | 'max_length'; readonly truncation: true },
) => ModelInputs | Promise<ModelInputs>

/** What is used of `@huggingface/transformers`. */
export interface Transformers {
  readonly env: { readonly version: string; allowRemoteModels: boolean; allowLocalModels: boolean }
  readonly RawImage: new (data: Uint8Array, width: number, height: number, channels: 3) => object
  readonly AutoTokenizer: Loads<Tokenizer>
  readonly AutoProcessor: Loads<(image: object) => Promise<ModelInputs>>
  readonly AutoModel: Loads<TransformersModel>
  readonly CLIPTextModelWithProjection: Loads<TransformersModel>
  readonly CLIPVisionModelWithProjection: Loads<TransformersModel>
  readonly SiglipTextModel: Loads<TransformersModel>
  readonly SiglipVisionModel: Loads<TransformersModel>
}

/** Gives the library; `undefined` where it is not installed. */
export type LoadTransformers = () => Promise<Transformers | undefined>

export const loadTransformers: LoadTransformers = async () => {
  try {
    return await import('@huggingface/transformers')
  } catch (error) {
    if (missingPackage(error, '@huggingface/transformers')) return undefined
    throw error
  }
}

/** What to say where the library is not there. */
export const installTransformers =
  'add @huggingface/transformers to your project (with ONNXRUNTIME_NODE_INSTALL=skip where its install script fails)'

/**
 * Loads something while the library may not reach out. Its switches are global, so that they are put back; the path is
 * absolute, as a relative one of two parts would be taken for the name of a model on the hub.
 */
export async function loadLocally<Loaded>(
  { env }: Transformers,
  folder: string,
  load: (path: string) => Promise<Loaded>,
): Promise<Loaded> {
  const { allowRemoteModels, allowLocalModels } = env
  env.allowRemoteModels = false
  env.allowLocalModels = true
  try {
    return await load(resolve(folder))
  } finally {
    env.allowRemoteModels = allowRemoteModels
    env.allowLocalModels = allowLocalModels
  }
}

/** One picture as the library takes it. */
export function rawImage({ RawImage }: Transformers, { rgb, width, height }: Pixels): object {
  return new RawImage(rgb, width, height, 3)
}

/**
 * The numbers of an output.
 *
 * @throws {TypeError} the model has no such output: it is of another kind
 */
export function outputOf(outputs: Readonly<Record<string, unknown>>, name: string): Float32Array {
  const tensor = outputs[name]
  if (typeof tensor === 'object' && tensor !== null && 'data' in tensor && tensor.data instanceof Float32Array) {
    return tensor.data
  }
  throw new TypeError(`model: it has no output ${name} of 32-bit floats, but ${Object.keys(outputs).join(', ')}`)
}
