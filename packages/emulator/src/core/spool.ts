import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { StoredFile } from './files.js'
import { inspectImage } from './images.js'

/** The emulator's temporary folder: made when first needed, removed by `close`, and then gone for good. */
export interface Spool {
  /** Streams bytes to disk, hashing them on the way. Throws RangeError past `maxBytes`. */
  store(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: { readonly name: string; readonly mediaType?: string | undefined; readonly maxBytes?: number },
  ): Promise<StoredFile>
  close(): Promise<void>
}

export function createSpool(): Spool {
  let folder: Promise<string> | undefined
  const closed = new AbortController()
  const writing = new Set<Promise<StoredFile>>()
  return {
    async store(bytes, { name, mediaType, maxBytes }) {
      if (closed.signal.aborted) throw new Error('the emulator is closed')
      folder ??= mkdtemp(join(tmpdir(), 'likeness-emulator-'))
      const path = join(await folder, randomUUID())
      const stored = storeAt(path, bytes, { name, mediaType, maxBytes, signal: closed.signal })
      writing.add(stored)
      return await stored.finally(() => writing.delete(stored))
    },
    async close() {
      closed.abort()
      if (folder === undefined) return
      const path = await folder
      folder = undefined
      // An upload whose sender gave up may still be open, and would make its file anew while the folder goes.
      await Promise.allSettled(writing)
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** Writes a file, and learns what it is. */
export async function storeAt(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: {
    readonly name: string
    readonly mediaType?: string | undefined
    readonly maxBytes?: number | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<StoredFile> {
  const hash = createHash('sha256')
  let total = 0
  await pipeline(
    bytes,
    async function* (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
      for await (const chunk of source) {
        total += chunk.byteLength
        if (options.maxBytes !== undefined && total > options.maxBytes)
          throw new RangeError(`${options.name} is larger than ${options.maxBytes} bytes`)
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path),
    options.signal === undefined ? {} : { signal: options.signal },
  )
  return {
    path,
    name: options.name,
    bytes: total,
    sha256: hash.digest('hex'),
    ...(await identify(path, options.mediaType)),
  }
}

async function identify(
  path: string,
  declared: string | undefined,
): Promise<Pick<StoredFile, 'mediaType' | 'format' | 'width' | 'height'>> {
  const head = await readHead(path)
  if (head.startsWith('504b0304') || head.startsWith('504b0506')) return { mediaType: 'application/zip', format: 'zip' }
  const image = looksLikeImage(head) ? await inspectImage(path) : undefined
  if (image !== undefined) return { mediaType: `image/${image.format}`, ...image }
  return declared === undefined ? {} : { mediaType: declared }
}

async function readHead(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0)
    return buffer.subarray(0, bytesRead).toString('hex')
  } finally {
    await file.close()
  }
}

/** JPEG, PNG, GIF, TIFF (both byte orders), RIFF/WebP, and the ISO box format of AVIF and HEIC. */
function looksLikeImage(head: string): boolean {
  return (
    /^(ffd8ff|89504e47|47494638|49492a00|4d4d002a)/.test(head) ||
    (head.startsWith('52494646') && head.slice(16) === '57454250') ||
    head.slice(8, 16) === '66747970'
  )
}
