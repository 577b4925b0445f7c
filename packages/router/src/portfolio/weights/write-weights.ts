import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** A file that is not whole yet. */
export interface PartialFile {
  readonly path: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** Writes a stream to a file beside its later name, and hashes it on the way. Nothing stays of one that breaks off. */
export async function writePartial(
  folder: string,
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<PartialFile> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${randomUUID()}.partial`)
  const sha256 = createHash('sha256')
  let bytes = 0
  async function* hashed() {
    for await (const chunk of stream) {
      sha256.update(chunk)
      bytes += chunk.byteLength
      yield chunk
    }
  }
  try {
    await pipeline(hashed, createWriteStream(path), signal === undefined ? {} : { signal })
    return { path, bytes, sha256: sha256.digest('hex') }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

/** Writes JSON whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await writeFile(partial, `${JSON.stringify(value, undefined, 2)}\n`)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** SHA-256 of a file, as lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const sha256 = createHash('sha256')
  for await (const chunk of createReadStream(path)) sha256.update(chunk)
  return sha256.digest('hex')
}
