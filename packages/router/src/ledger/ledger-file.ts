import { closeSync, fdatasync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { LikenessError } from '@likeness/core'

const syncData = promisify(fdatasync)
const lineFeed = 0x0a

/** One complete line, and where it begins, in bytes. */
export interface FileLine {
  readonly text: string
  readonly at: number
}

/** Lets a new file's name survive a power cut too. Windows cannot open folders, and keeps names by itself. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function open(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = openSync(path, 'a+', 0o600)
    if (fstatSync(file).size === 0) syncFolder(dirname(path))
    return file
  } catch (cause) {
    const message = `The ledger ${path} cannot be opened: ${cause instanceof Error ? cause.message : cause}`
    throw new LikenessError({ kind: 'invalid-request', message, fields: [{ field: 'path', message }], cause })
  }
}

/**
 * A file of lines that is only ever appended to, by several processes if need be. Reading and writing are synchronous, so
 * that whoever decides by what was read has written before anyone else of this process can decide; only waiting for the
 * disk is not.
 */
export class LedgerFile {
  readonly path: string
  readonly #file: number
  readonly #chunkBytes: number
  /** Up to here all is read. */
  #offset = 0
  #torn = false
  #closed = false
  #lastSync: Promise<unknown> = Promise.resolve()
  #nextSync: Promise<void> | undefined

  /** @param chunkBytes how much is read at once; no line may be longer */
  constructor(path: string, chunkBytes = 8 * 1024 * 1024) {
    this.path = path
    this.#chunkBytes = chunkBytes
    this.#file = open(path)
  }

  /** Whether the file ends amid a line: a process died while it wrote, or one writes at this moment. */
  get torn(): boolean {
    return this.#torn
  }

  /** The lines that were completed since the last call. */
  read(): FileLine[] {
    const size = this.#size()
    const lines: FileLine[] = []
    while (this.#offset < size) {
      const chunk = Buffer.allocUnsafe(Math.min(this.#chunkBytes, size - this.#offset))
      const end =
        chunk.subarray(0, readSync(this.#file, chunk, 0, chunk.length, this.#offset)).lastIndexOf(lineFeed) + 1
      if (end === 0 && chunk.length === this.#chunkBytes)
        throw this.#failure('holds a line that is too long for a ledger')
      if (end === 0) break
      for (let at = 0; at < end; ) {
        const stop = chunk.indexOf(lineFeed, at)
        if (stop > at) lines.push({ text: chunk.toString('utf8', at, stop), at: this.#offset + at })
        at = stop + 1
      }
      this.#offset += end
    }
    this.#torn = this.#offset < size
    return lines
  }

  /** Writes a line in one piece, after what is there. It survives the process at once, a power cut after `sync`. */
  append(line: string): void {
    const before = this.#size()
    // The rest of a torn line would swallow the next one; what is in the file is never changed.
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${line}\n`)
    let written = 0
    try {
      written = writeSync(this.#file, bytes)
    } catch (cause) {
      throw this.#failure('cannot be written', cause)
    }
    this.#torn = written < bytes.length
    if (this.#torn) throw this.#failure(`took only ${written} of ${bytes.length} bytes: is the disk full?`)
    // Nothing but this line was added: it need not be read back.
    if (before === this.#offset && this.#size() === before + bytes.length) this.#offset += bytes.length
  }

  /** Resolves when all that was appended before is on the disk. Callers at the same time share one wait. */
  async sync(): Promise<void> {
    if (this.#closed) return
    this.#nextSync ??= this.#lastSync.then(() => {
      this.#nextSync = undefined
      const sync = syncData(this.#file).catch((cause: unknown) => {
        throw this.#failure('did not reach the disk', cause)
      })
      // The failure goes to those who wait for this one; the next one only has to come after it.
      this.#lastSync = sync.catch(() => {})
      return sync
    })
    await this.#nextSync
  }

  /** Waits for the disk, and lets go of the file. Later calls do nothing. */
  async close(): Promise<void> {
    if (this.#closed) return
    const synced = this.sync()
    this.#closed = true
    try {
      await synced
    } finally {
      closeSync(this.#file)
    }
  }

  #size(): number {
    if (this.#closed) throw this.#failure('is closed')
    const { size, nlink } = fstatSync(this.#file)
    // To go on would mean to record payments where nobody can find them.
    if (nlink === 0) throw this.#failure('was deleted while it was in use; open it again')
    if (size < this.#offset) throw this.#failure('was shortened while it was in use; open it again')
    return size
  }

  #failure(what: string, cause?: unknown): Error {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    return new Error(`The ledger ${this.path} ${what}${why}.`, cause === undefined ? undefined : { cause })
  }
}
