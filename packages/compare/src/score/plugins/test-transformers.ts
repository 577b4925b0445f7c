import type { ModelInputs, Transformers, TransformersModel } from './transformers.js'

/** What the library was asked to do, in order. */
export interface Recorded {
  /** Each `from_pretrained`, with whether the library might reach out then. */
  readonly loads: { readonly what: string; readonly path: string; readonly options: object; readonly remote: boolean }[]
  readonly texts: string[]
  readonly paddings: unknown[]
  disposed: number
}

interface Pixels {
  readonly data: Uint8Array
}

const isPixels = (value: unknown): value is Pixels => typeof value === 'object' && value !== null && 'data' in value
const tensor = (values: readonly number[], dims: readonly number[]) => ({ data: Float32Array.from(values), dims })

/** Pictures lie where the colour of their first pixel says. */
function seen({ picture }: ModelInputs): readonly number[] {
  return isPixels(picture) ? [...picture.data.subarray(0, 3)] : []
}

/** Texts lie where the colour lies that they name. */
function said({ text }: ModelInputs): readonly number[] {
  const words = String(text)
  return ['red', 'green', 'blue'].map((colour) => (words.includes(colour) ? 1 : 0))
}

/** The library, as far as it is used, over three dimensions that are red, green and blue. */
export function fakeTransformers(outputs = { text: 'text_embeds', picture: 'image_embeds' }): {
  readonly library: Transformers
  readonly recorded: Recorded
} {
  const recorded: Recorded = { loads: [], texts: [], paddings: [], disposed: 0 }
  const env = { version: '4.3.1', allowRemoteModels: true, allowLocalModels: false }
  const loads = <Loaded>(what: string, loaded: Loaded) => ({
    from_pretrained: async (path: string, options: object) => {
      recorded.loads.push({ what, path, options, remote: env.allowRemoteModels })
      return loaded
    },
  })
  const model = (run: (inputs: ModelInputs) => Readonly<Record<string, unknown>>): TransformersModel =>
    Object.assign(async (inputs: ModelInputs) => run(inputs), {
      dispose: async () => {
        recorded.disposed += 1
      },
    })
  const text = model((inputs) => ({ [outputs.text]: tensor(said(inputs), [1, 3]) }))
  const picture = model((inputs) => ({ [outputs.picture]: tensor(seen(inputs), [1, 3]) }))
  // Two tokens, of which the second is of a patch.
  const tokens = model((inputs) => ({ last_hidden_state: tensor([...seen(inputs), 9, 9, 9], [1, 2, 3]) }))
  const tokenizer = (texts: readonly string[], { padding }: { readonly padding: unknown }) => {
    recorded.texts.push(...texts)
    recorded.paddings.push(padding)
    return { text: texts[0] }
  }
  return {
    recorded,
    library: {
      env,
      RawImage: class {
        readonly data: Uint8Array
        constructor(data: Uint8Array) {
          this.data = data
        }
      },
      AutoTokenizer: loads('tokenizer', tokenizer),
      AutoProcessor: loads('processor', async (image: object) => ({ picture: image })),
      AutoModel: loads('model', tokens),
      CLIPTextModelWithProjection: loads('clip text', text),
      CLIPVisionModelWithProjection: loads('clip picture', picture),
      SiglipTextModel: loads('siglip text', text),
      SiglipVisionModel: loads('siglip picture', picture),
    },
  }
}
