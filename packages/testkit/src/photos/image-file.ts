import { createHash } from 'node:crypto'
import type { ImageFile } from '@likeness/core'
import { readImage } from './read-image.js'

/**
 * A PNG, JPEG or WebP in memory as the `ImageFile` that adapters receive.
 *
 * @throws TypeError when it is none of them
 */
export function imageFile(bytes: Uint8Array, name: string, options: { readonly caption?: string } = {}): ImageFile {
  return {
    name,
    bytes: bytes.byteLength,
    ...readImage(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...options,
    async *stream() {
      yield bytes
    },
  }
}
