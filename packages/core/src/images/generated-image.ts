import type { Download, ImageResult } from '../generate.js'
import type { CallOptions } from '../job.js'

/** A picture that is read from the vendor when it is asked for. */
export interface GeneratedImage extends ImageResult {
  /** The whole file. Read once; later calls give the same bytes. */
  bytes(options?: CallOptions): Promise<Uint8Array>
  /** A new read of the file, unless `bytes` has it already. */
  stream(options?: CallOptions): Promise<AsyncIterable<Uint8Array>>
  /** Writes the file, creating its folder; whole or not at all. */
  save(path: string, options?: CallOptions): Promise<void>
  /** The vendor's data alone, as JSON. */
  toJSON(): ImageResult
}

async function concatenate(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function writeWhole(path: string, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<void> {
  const { createWriteStream } = await import('node:fs')
  const { mkdir, rename, rm } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  const { pipeline } = await import('node:stream/promises')
  const { randomUUID } = await import('node:crypto')
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await pipeline(await open(), createWriteStream(partial))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** A picture and how to read it. */
export function generatedImage(
  image: ImageResult,
  download: (options: CallOptions) => Promise<Download>,
): GeneratedImage {
  let kept: Promise<Uint8Array> | undefined
  const read = async (options: CallOptions) => concatenate((await download(options)).stream)
  const stream = async (options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> => {
    if (kept === undefined) return (await download(options)).stream
    const bytes = await kept
    return (async function* () {
      yield bytes
    })()
  }
  return {
    ...image,
    bytes(options = {}) {
      kept ??= read(options).catch((error: unknown) => {
        kept = undefined
        throw error
      })
      return kept
    },
    stream,
    save: async (path, options = {}) => writeWhole(path, () => stream(options)),
    toJSON: () => image,
  }
}
