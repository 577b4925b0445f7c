import { LikenessError } from '@likeness/core'
import type { UploadFile } from './storage.js'

/** Part of a file; a new read of it at each `open`. */
export interface Piece {
  readonly bytes: number
  readonly open: () => AsyncIterable<Uint8Array>
}

/** A file in pieces. */
export interface Pieces {
  /** The piece that begins at that byte. */
  at(start: number): Piece
  /** Ends the read that is under way. */
  close(): Promise<void>
}

const EMPTY = new Uint8Array()

/**
 * Cuts a file into pieces of equal size, the last one shorter, without holding one: pieces that are read in order share
 * one read of the file. A piece that is read a second time opens the file anew and skips what comes before.
 */
export function createPieces(file: UploadFile, size: number): Pieces {
  let source: AsyncIterator<Uint8Array> | undefined
  let position = 0
  let rest: Uint8Array = EMPTY

  async function take(most: number): Promise<Uint8Array> {
    while (rest.byteLength === 0) {
      const next = await source?.next()
      if (next === undefined || next.done) {
        const message = `${file.name} ended after ${position} bytes, ${file.bytes} were announced`
        throw new LikenessError({ kind: 'invalid-request', message })
      }
      rest = next.value
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.byteLength)
    position += taken.byteLength
    return taken
  }

  async function close(): Promise<void> {
    const open = source
    source = undefined
    rest = EMPTY
    await open?.return?.()
  }

  async function* read(start: number, bytes: number): AsyncGenerator<Uint8Array, void> {
    if (source === undefined || position !== start) {
      await close()
      source = file.open()[Symbol.asyncIterator]()
      position = 0
      while (position < start) await take(start - position)
    }
    for (let left = bytes; left > 0; ) {
      const chunk = await take(left)
      left -= chunk.byteLength
      yield chunk
    }
  }

  return {
    at(start) {
      const bytes = Math.min(size, file.bytes - start)
      return { bytes, open: () => read(start, bytes) }
    },
    close,
  }
}
