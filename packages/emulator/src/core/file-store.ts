import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { holding, type SchedulingClock } from './clock.js'
import type { FileStore, LazyFile, StoredFile } from './files.js'
import type { Spool } from './spool.js'

/** A vendor's public files, kept in the spool. */
export function createFileStore(spool: Spool, clock: SchedulingClock): FileStore & { reset(): void } {
  const made = new Map<string, Promise<StoredFile>>()
  const lazy = new Map<string, LazyFile>()

  const write: FileStore['write'] = (bytes, options) =>
    bytes instanceof Uint8Array ? holding(clock, spool.store([bytes], options)) : spool.store(bytes, options)

  async function get(id: string): Promise<StoredFile | undefined> {
    const known = made.get(id)
    if (known !== undefined) return await known
    const file = lazy.get(id)
    if (file === undefined) return undefined
    const drawn = file.make().then((bytes) => write(bytes, { name: file.name, mediaType: file.mediaType }))
    const making = holding(clock, drawn)
    made.set(id, making)
    try {
      return await making
    } catch (error) {
      made.delete(id)
      throw error
    }
  }

  return {
    add(file, id = randomUUID()) {
      made.set(id, Promise.resolve(file))
      return id
    },
    write,
    addLazy(file, id = randomUUID()) {
      lazy.set(id, file)
      return id
    },
    get,
    has: (id) => made.has(id) || lazy.has(id),
    remove(id) {
      made.delete(id)
      lazy.delete(id)
    },
    async respond(id, headers = {}) {
      const file = await get(id)
      if (file === undefined) return undefined
      return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>, {
        headers: {
          'content-type': file.mediaType ?? 'application/octet-stream',
          'content-length': String(file.bytes),
          ...headers,
        },
      })
    },
    reset() {
      made.clear()
      lazy.clear()
    },
  }
}
