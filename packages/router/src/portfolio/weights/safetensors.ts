import { open } from 'node:fs/promises'

/** What a weights file says of itself. */
export interface SafetensorsHeader {
  /** How many tensors it holds. */
  readonly tensors: number
  /** Rank of the LoRA, where all its layers have the same. */
  readonly rank: number | undefined
  /** Base model in the words of who wrote the file. */
  readonly base: string | undefined
  readonly trigger: string | undefined
}

/** The file is no safetensors container, or a broken one. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'
}

/**
 * The format allows 100 MB (huggingface.co/docs/safetensors, 2026-11); headers of LoRAs have some hundred KB. The file
 * comes from elsewhere: its length field must not decide how much memory is taken.
 */
const longestHeader = 16 * 1024 * 1024

/** Bytes of the length field before the header. */
const prefix = 8

/** Longest text that is taken over from the metadata. */
const longestText = 200

interface Tensor {
  readonly shape: readonly number[]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function readTensor(name: string, value: unknown, dataBytes: number): Tensor {
  const { shape, data_offsets: offsets } = isRecord(value) ? value : {}
  const [start, end] = Array.isArray(offsets) ? offsets : []
  if (!Array.isArray(shape) || !shape.every(isCount) || !isCount(start) || !isCount(end)) {
    throw new SafetensorsError(`the tensor ${JSON.stringify(name.slice(0, 80))} has no shape or no place`)
  }
  if (start > end || end > dataBytes) {
    throw new SafetensorsError(`the tensor ${JSON.stringify(name.slice(0, 80))} lies outside the file`)
  }
  return { shape }
}

/** The smaller side of a LoRA's two matrices is its rank: down is `[rank, in]`, up is `[out, rank]`. */
function rankOf(name: string, { shape }: Tensor): number | undefined {
  const [first, second] = shape
  if (/lora[._](A|down)\b/.test(name)) return first
  return /lora[._](B|up)\b/.test(name) ? second : undefined
}

function textOf(metadata: unknown, names: readonly string[]): string | undefined {
  if (!isRecord(metadata)) return undefined
  const texts = names.map((name) => metadata[name])
  return texts
    .find((text) => typeof text === 'string' && text !== '')
    ?.toString()
    .slice(0, longestText)
}

/**
 * Reads the header's JSON.
 *
 * @param dataBytes - length of the file after its header
 * @throws SafetensorsError
 */
export function parseHeader(text: string, dataBytes: number): SafetensorsHeader {
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    throw new SafetensorsError('its header is not JSON')
  }
  if (!isRecord(header)) throw new SafetensorsError('its header is not a JSON object')
  const { __metadata__: metadata, ...entries } = header
  const tensors = Object.entries(entries).map(([name, value]) => ({ name, ...readTensor(name, value, dataBytes) }))
  const ranks = new Set(
    tensors.map((tensor) => rankOf(tensor.name, tensor)).filter((rank) => rank !== undefined && rank > 0),
  )
  const [rank] = ranks
  // kohya's sd-scripts write `ss_…`; `modelspec.…` is Stability's standard (github.com/Stability-AI/ModelSpec, 2026-11).
  const declared = Number(textOf(metadata, ['ss_network_dim']))
  return {
    tensors: tensors.length,
    rank: ranks.size === 1 ? rank : ranks.size === 0 && isCount(declared) && declared > 0 ? declared : undefined,
    base: textOf(metadata, ['modelspec.architecture', 'ss_base_model_version', 'ss_sd_model_name']),
    trigger: textOf(metadata, ['modelspec.trigger_phrase', 'trigger_word', 'instance_prompt']),
  }
}

/**
 * Reads the header of a file; not the weights.
 *
 * @throws SafetensorsError
 */
export async function readSafetensors(path: string): Promise<SafetensorsHeader> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const field = Buffer.alloc(prefix)
    const { bytesRead } = await file.read(field, 0, prefix, 0)
    const length = field.readBigUInt64LE(0)
    if (bytesRead < prefix || length > BigInt(size - prefix)) {
      throw new SafetensorsError('it does not begin with the length of a header')
    }
    if (length > BigInt(longestHeader)) {
      throw new SafetensorsError(`its header has ${length} bytes, at most ${longestHeader} are read`)
    }
    const header = Buffer.alloc(Number(length))
    await file.read(header, 0, header.length, prefix)
    return parseHeader(header.toString('utf8'), size - prefix - header.length)
  } finally {
    await file.close()
  }
}
