import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { refuseAborted } from '../abort.js'
import type { ImageItem } from './image-items.js'
import { refuseImage } from './refuse-image.js'

/** Bytes that can be read as often as needed, whole or in part. */
export interface Source {
  readonly bytes: number
  open(start?: number, end?: number): AsyncIterable<Uint8Array>
}

/** How images are opened. */
export interface SourceOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** Reads `http(s):` inputs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
}

const HEAD_BYTES = 512 * 1024

/**
 * Chunks are garbage once they are sent, and larger ones are collected later: with 64 KiB the peak memory of a 600 MB
 * upload was half as much again as with 8 KiB (bench `upload`).
 */
const CHUNK_BYTES = 8 * 1024

async function* checkedStream(stream: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) {
    refuseAborted(signal)
    yield chunk
  }
}

/** A pipeline waits for its source to close, which one that has stalled never does. */
async function untilAborted(signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function spool(
  stream: AsyncIterable<Uint8Array>,
  folder: () => Promise<string>,
  index: number,
  signal?: AbortSignal,
): Promise<Source> {
  const path = join(await folder(), String(index))
  await untilAborted(signal, pipeline(stream, createWriteStream(path), signal === undefined ? {} : { signal }))
  return fileSource(path)
}

async function fileSource(path: string): Promise<Source> {
  // Opening it now tells an unreadable file from a bad one before anything is sent.
  const file = await open(path, 'r')
  const { size } = await file.stat().finally(() => file.close())
  return {
    bytes: size,
    open: (start, end) =>
      createReadStream(path, {
        highWaterMark: CHUNK_BYTES,
        ...(start !== undefined && { start }),
        ...(end !== undefined && { end }),
      }),
  }
}

function memorySource(bytes: Uint8Array): Source {
  return {
    bytes: bytes.length,
    async *open(start = 0, end = bytes.length - 1) {
      yield bytes.subarray(start, end + 1)
    },
  }
}

function blobSource(blob: Blob): Source {
  return { bytes: blob.size, open: (start = 0, end = blob.size - 1) => blob.slice(start, end + 1).stream() }
}

async function fetchSource(
  url: string,
  options: SourceOptions,
  folder: () => Promise<string>,
  index: number,
): Promise<Source> {
  const fetchImage = options.fetch ?? globalThis.fetch
  const response = await fetchImage(url, options.abortSignal ? { signal: options.abortSignal } : {})
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw new Error(`the server answered ${response.status}`)
  }
  return spool(response.body, folder, index, options.abortSignal)
}

/** Opens what an item holds. URLs and streams are spooled to a file named by `index` in `folder`. */
export async function sourceOf(
  item: ImageItem,
  options: SourceOptions,
  folder: () => Promise<string>,
  index: number,
): Promise<Source> {
  const { content } = item
  if (content instanceof Uint8Array) return memorySource(content)
  if (content instanceof Blob) return blobSource(content)
  if (typeof content === 'object' && content !== null) {
    if ('path' in content) return fileSource(content.path)
    if ('url' in content) return fetchSource(content.url, options, folder, index)
    if (Symbol.asyncIterator in content) return spool(content, folder, index, options.abortSignal)
  }
  throw refuseImage(item.field, 'must be a path, URL, Buffer, Blob, stream, or { image, caption, name }')
}

/** The first bytes, enough to tell what the image is. */
export async function readHead(source: Source): Promise<Uint8Array> {
  if (source.bytes === 0) return new Uint8Array()
  const chunks: Uint8Array[] = []
  for await (const chunk of source.open(0, Math.min(HEAD_BYTES, source.bytes) - 1)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** SHA-256 of the whole, as lower-case hex. */
export async function hash(source: Source, signal?: AbortSignal): Promise<string> {
  const sha256 = createHash('sha256')
  for await (const chunk of checkedStream(source.open(), signal)) sha256.update(chunk)
  return sha256.digest('hex')
}
