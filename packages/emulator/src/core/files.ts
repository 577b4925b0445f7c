import type { ReceivedFile } from './types.js'

/** Bytes kept on disk. `path` is valid until the emulator is closed. */
export interface StoredFile extends Omit<ReceivedFile, 'field'> {
  readonly path: string
  /** `jpeg`, `png`, `webp`, ... when the bytes decode as an image; `zip` for an archive; else undefined. */
  readonly format?: string
}

/** A file that is made on its first download, and then kept. */
export interface LazyFile {
  readonly name: string
  readonly mediaType: string
  make(): Promise<Uint8Array>
}

/** A vendor's public files: uploads, generated pictures, weights. */
export interface FileStore {
  /** Keeps a received file under `id` (unique in this store; by default a random one); returns the id. */
  add(file: StoredFile, id?: string): string
  /** Writes bytes to disk; `add` then publishes them. */
  write(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    options: { name: string; mediaType: string },
  ): Promise<StoredFile>
  addLazy(file: LazyFile, id?: string): string
  /** Makes a lazy file if need be. */
  get(id: string): Promise<StoredFile | undefined>
  has(id: string): boolean
  remove(id: string): void
  /** 200 with the bytes (ranges not supported), or undefined when there is no such file. */
  respond(id: string, headers?: Readonly<Record<string, string>>): Promise<Response | undefined>
}
