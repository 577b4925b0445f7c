import sharp from 'sharp'

/** What a weights file says about itself and holds. */
export interface Weights {
  readonly metadata: Readonly<Record<string, string>>
  /** JPEGs of the training photos, at most 768 px. */
  readonly photos: readonly Buffer[]
}

export interface WeightsOptions {
  /** Paths or bytes of the training photos. */
  readonly photos: readonly (string | Uint8Array)[]
  /** For example `FLUX.1-dev`. */
  readonly baseModel: string
  readonly triggerWord: string
  /** The vendor. */
  readonly trainedBy: string
}

/** The bytes are no safetensors container, or hold no photos of ours. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError'
}

/** Pixels of the longer side of a photo inside the file. */
const photoSide = 768
/** More photos than this add bytes, but nothing that a picture could show. */
const mostPhotos = 20
/** The format's own limit on its header (huggingface.co/docs/safetensors, 2026-11). */
const longestHeader = 100_000_000

/**
 * A real safetensors container: 8 bytes little-endian header length, JSON header, data. Its tensors are U8 arrays, each
 * a JPEG of a training photo, so that whoever loads the file can draw what it was trained on.
 */
export async function packWeights(options: WeightsOptions): Promise<Buffer> {
  const photos = await Promise.all(options.photos.slice(0, mostPhotos).map(shrink))
  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'pt',
      'modelspec.architecture': options.baseModel,
      trigger_word: options.triggerWord,
      trained_by: options.trainedBy,
    },
  }
  let offset = 0
  photos.forEach((photo, index) => {
    const end = offset + photo.length
    header[`emulated.photos.${index}`] = { dtype: 'U8', shape: [photo.length], data_offsets: [offset, end] }
    offset = end
  })
  const text = JSON.stringify(header)
  // The format wants the data aligned to 8 bytes; its header is padded with spaces.
  const padded = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8 - (Buffer.byteLength(text) - text.length)),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  return Buffer.concat([length, padded, ...photos])
}

async function shrink(photo: string | Uint8Array): Promise<Buffer> {
  return await sharp(photo)
    .autoOrient()
    .resize({ width: photoSide, height: photoSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 88 })
    .toBuffer()
}

/** Throws WeightsError. */
export function readWeights(bytes: Uint8Array): Weights {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = readHeader(buffer)
  const data = buffer.subarray(8 + Number(buffer.readBigUInt64LE(0)))
  const photos: Buffer[] = []
  let metadata: Record<string, string> = {}
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') metadata = readMetadata(tensor)
    else if (name.startsWith('emulated.photos.')) photos.push(readTensor(name, tensor, data))
  }
  if (photos.length === 0) throw new WeightsError('the file holds no tensors that this emulator has trained')
  return { metadata, photos }
}

function readHeader(buffer: Buffer): Record<string, unknown> {
  if (buffer.length < 8) throw new WeightsError('the file is too short for a safetensors header')
  const length = buffer.readBigUInt64LE(0)
  if (length > BigInt(Math.min(longestHeader, buffer.length - 8)))
    throw new WeightsError('the header is larger than the file')
  try {
    const header: unknown = JSON.parse(buffer.toString('utf8', 8, 8 + Number(length)))
    if (isRecord(header)) return header
  } catch (error) {
    throw new WeightsError('the header is not JSON', { cause: error })
  }
  throw new WeightsError('the header is not a JSON object')
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) throw new WeightsError('__metadata__ is not an object')
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, String(entry)]))
}

function readTensor(name: string, tensor: unknown, data: Buffer): Buffer {
  const offsets = isRecord(tensor) && tensor.dtype === 'U8' ? tensor.data_offsets : undefined
  if (!Array.isArray(offsets)) throw new WeightsError(`tensor ${name} is not a U8 array with data_offsets`)
  const [start, end] = offsets.map(Number)
  if (start === undefined || end === undefined || !(start <= end && end <= data.length))
    throw new WeightsError(`tensor ${name} lies outside the file`)
  return data.subarray(start, end)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
