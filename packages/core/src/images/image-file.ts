/**
 * One image that can be read as often as needed: from a file, memory, or a spooled download.
 * What `images` of a request become before an adapter sees them.
 */
export interface ImageFile {
  /** File name without folders, unique within a request. */
  readonly name: string
  /** Length in bytes, known beforehand so that uploads carry it. */
  readonly bytes: number
  /** From the content, not from the name, e.g. `image/jpeg`. */
  readonly mediaType: string
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Lower-case hex. */
  readonly sha256: string
  /** What the picture shows, for vendors that take captions. */
  readonly caption?: string | undefined
  /** Set where the caller gave a public URL; a vendor may fetch it itself. */
  readonly url?: string | undefined
  /** A new read of the whole content. */
  stream(): AsyncIterable<Uint8Array>
}
