import type { AttemptLine, StoredImage } from './lines.js'

/** A picture as it came from the vendor. */
export interface PictureFile {
  readonly bytes: Uint8Array
  readonly seed?: number | undefined
}

/** Where a run is kept. What a method has resolved for survives the process. */
export interface RunStore {
  /** All lines so far, in the order in which they were appended. */
  read(): Promise<readonly AttemptLine[]>
  /** Adds lines after all others, also those of other processes. After a failure every later call fails too. */
  append(line: AttemptLine): Promise<void>
  /** Keeps a picture under the hash of its content. Keeping it twice changes nothing. */
  keep(picture: PictureFile): Promise<StoredImage>
  close(): Promise<void>
}
