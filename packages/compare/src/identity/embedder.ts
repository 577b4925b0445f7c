import { type OpenedModel, type OpenOptions, openModel, type UnavailableModel } from '../models/open.js'
import { type ModelId, pinnedModel } from '../models/pinned.js'
import type { Picture, PictureSource } from '../pixels/picture.js'
import { findFace } from './blazeface.js'
import { type Raster, readRaster } from './raster.js'
import { embedObject } from './resnet.js'
import { embedFace } from './sface.js'

/** What a subject is, which decides the networks: `face` for people, `object` for pets, products and other things. */
export type SubjectKind = 'face' | 'object'

/** What the networks saw in a picture. */
export type Embedding =
  | {
      readonly state: 'embedded'
      /** Of length 1. */
      readonly vector: Float32Array
      /** For `object`: how probable each of ImageNet's 1000 classes is, by its index; the sum is 1. */
      readonly probabilities?: Float32Array | undefined
    }
  | { readonly state: 'no-face' }

/** Turns pictures into vectors that lie near each other when the subject is the same. */
export interface Embedder {
  readonly state: 'ready'
  readonly kind: SubjectKind
  /** The weights that took part, by identifier and SHA-256. */
  readonly models: readonly { readonly id: ModelId; readonly sha256: string }[]
  /**
   * @param field what an error calls the picture. @default 'picture'
   * @throws {LikenessError} `invalid-request`: the picture cannot be read or decoded
   */
  embed(picture: PictureSource | Picture, field?: string): Promise<Embedding>
  /** Frees the networks. */
  close(): Promise<void>
}

/** An embedder, or why there is none here. */
export type OpenedEmbedder = Embedder | UnavailableModel

const modelIds = { face: ['blazeface-back', 'sface'], object: ['resnet50'] } as const satisfies Record<
  SubjectKind,
  readonly ModelId[]
>

/** The weights for one kind of subject, whether they are in the cache or not. */
export function modelsOf(kind: SubjectKind): Embedder['models'] {
  return modelIds[kind].map((id) => ({ id, sha256: pinnedModel(id).sha256 }))
}

async function openAll(ids: readonly ModelId[], options: OpenOptions): Promise<readonly OpenedModel[]> {
  const opened: OpenedModel[] = []
  for (const id of ids) opened.push(await openModel(id, options))
  return opened
}

/**
 * Opens the networks for one kind of subject: BlazeFace and SFace, or ResNet-50. Nothing is fetched; what is missing is a
 * state, not an error.
 */
export async function openEmbedder(kind: SubjectKind, options: OpenOptions = {}): Promise<OpenedEmbedder> {
  const opened = await openAll(modelIds[kind], options)
  const ready = opened.filter((model) => model.state === 'ready')
  const close = async () => {
    await Promise.all(ready.map(({ session }) => session.close()))
  }
  const unavailable = opened.find((model) => model.state !== 'ready')
  const [first, second] = ready.map(({ session }) => session)
  if (unavailable !== undefined) {
    await close()
    return unavailable
  }
  if (first === undefined) throw new TypeError(`embedder: no model for ${kind}`)
  const embedRaster = async (raster: Raster): Promise<Embedding> => {
    if (second === undefined) return { state: 'embedded', ...(await embedObject(first, raster)) }
    const face = await findFace(first, raster)
    if (face === undefined) return { state: 'no-face' }
    return { state: 'embedded', vector: await embedFace(second, raster, face) }
  }
  return {
    state: 'ready',
    kind,
    models: ready.map(({ model }) => ({ id: model.id, sha256: model.sha256 })),
    embed: async (picture, field = 'picture') => embedRaster(await readRaster(picture, field)),
    close,
  }
}
