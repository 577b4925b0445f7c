import { randomBytes } from 'node:crypto'
import type { LazyFile, StoredFile } from '../core/files.js'
import { withEntries } from '../core/journal.js'
import type { ReceivedFile } from '../core/types.js'
import type { VendorContext } from '../core/vendor.js'

/** fal's `File` entity. */
interface FileEntity {
  readonly url: string
  readonly content_type: string
  readonly file_name: string
  readonly file_size: number
}

/** The CDN: `/files/b/{8 hex}/{name}` (v3b.fal.media, 2026). */
export interface FalFiles {
  url(id: string): string
  newId(name: string): string
  publish(bytes: Uint8Array, name: string, mediaType: string): Promise<{ id: string; entity(): FileEntity }>
  publishLazy(file: LazyFile): { id: string; url: string }
  /** Puts an uploaded file where its URL was promised. Returns what the journal lists. */
  place(id: string, file: StoredFile): Promise<ReceivedFile[]>
  /** Deletes after so many seconds. */
  expireAfter(id: string, seconds: number): void
}

export function createFalFiles(context: VendorContext<object>): FalFiles {
  const url = (id: string) => `${context.origin()}/files/b/${id.split('/').map(encodeURIComponent).join('/')}`
  const newId = (name: string) => `${randomBytes(4).toString('hex')}/${name.replaceAll('/', '_')}`
  return {
    url,
    newId,
    async publish(bytes, name, mediaType) {
      const file = await context.files.write(bytes, { name, mediaType })
      const id = context.files.add(file, newId(name))
      return { id, entity: () => ({ url: url(id), content_type: mediaType, file_name: name, file_size: file.bytes }) }
    },
    publishLazy(file) {
      const id = context.files.addLazy(file, newId(file.name))
      return { id, url: url(id) }
    },
    async place(id, file) {
      context.files.add(file, id)
      return await withEntries(file)
    },
    expireAfter(id, seconds) {
      context.timers.after(seconds * 1_000, () => context.files.remove(id))
    },
  }
}
