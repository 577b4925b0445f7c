import type { ImageFile, PreviewedFile } from '@likeness/core'
import type { DatasetEntry } from './fine-tune-request.js'

/** What stands in a preview for the address that an upload would give. */
export function uploadPlaceholder(name: string): string {
  return `<upload: ${name}>`
}

/** A picture as previews list it. */
export function previewedImage({ name, bytes, mediaType }: ImageFile): PreviewedFile {
  return { name, bytes, mediaType }
}

/** A file of the dataset's zip as previews list it. */
export function previewedEntry(entry: DatasetEntry): PreviewedFile {
  if ('image' in entry) return { ...previewedImage(entry.image), name: entry.name }
  return { name: entry.name, bytes: new TextEncoder().encode(entry.text).byteLength, mediaType: 'text/plain' }
}
