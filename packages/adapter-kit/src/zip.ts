import type { Readable as ReadableStream } from 'node:stream'
import { LikenessError, lazy } from '@likeness/core'
import { exactLength } from './exact-length.js'

const loadYazl = lazy(() => import('yazl'))
const loadStreams = lazy(() => import('node:stream'))

/** One file of an archive. */
export interface ZipEntry {
  /** Unique within the archive and free of folders; see `safeFileNames`. */
  readonly name: string
  /** Length of the content, known beforehand. */
  readonly bytes: number
  /** A new read of the whole content. */
  readonly open: () => AsyncIterable<Uint8Array>
}

/** An archive that is written while it is read. */
export interface ZipStream {
  /** Exact length of the archive. */
  readonly bytes: number
  /** A new archive with the same bytes each time, as long as the contents stay the same. */
  readonly open: () => AsyncIterable<Uint8Array>
}

// PKWARE APPNOTE 6.3.10: local header and central record without extra fields, data descriptor, end of directory.
const LOCAL_HEADER = 30
const DATA_DESCRIPTOR = 16
const CENTRAL_RECORD = 46
const END_OF_DIRECTORY = 22

/** Beyond these an archive needs ZIP64, which not every reader knows; no vendor takes as much. */
const MOST_BYTES = 0xffff_fffe
const MOST_ENTRIES = 0xfffe

// Given in local time, because DOS timestamps are: the bytes are the same in every time zone.
const modified = () => new Date(2000, 0, 1)

function lengthOf(entries: readonly ZipEntry[]): number {
  return entries.reduce((sum, { name, bytes }) => {
    const nameBytes = Buffer.byteLength(name)
    return sum + LOCAL_HEADER + nameBytes + bytes + DATA_DESCRIPTOR + CENTRAL_RECORD + nameBytes
  }, END_OF_DIRECTORY)
}

function refuse(message: string): never {
  throw new LikenessError({ kind: 'invalid-request', message })
}

function checkEntries(entries: readonly ZipEntry[]): void {
  const names = new Set<string>()
  for (const { name } of entries) {
    if (name === '' || /[/\\\0]/.test(name) || name === '..') {
      refuse(`an archive cannot hold a file named ${JSON.stringify(name)}`)
    }
    if (names.has(name)) refuse(`an archive cannot hold two files named ${JSON.stringify(name)}`)
    names.add(name)
  }
}

async function* write(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array, void> {
  const { ZipFile } = await loadYazl()
  const { Readable } = await loadStreams()
  const zip = new ZipFile()
  // Not wrapped in another stream: destroying the wrapper would wait for a chunk that never comes.
  const output = zip.outputStream as ReadableStream
  let source: ReadableStream | undefined
  const fail = (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error)))
  zip.on('error', fail)
  for (const { name, bytes, open } of entries) {
    const options = { mtime: modified(), mode: 0o100644, compress: false, forceDosTimestamp: true, size: bytes }
    zip.addReadStreamLazy(name, options, (callback) => {
      source = Readable.from(exactLength(name, bytes, open()), { objectMode: false })
      // yazl pipes, and a pipe does not hand errors on.
      source.on('error', fail)
      callback(null, source)
    })
  }
  zip.end()
  try {
    yield* output
  } finally {
    source?.destroy()
    output.destroy()
  }
}

/**
 * A zip without compression (photos do not compress) whose length is known before its first byte, so that it can be
 * uploaded while it is written. Memory stays flat: an entry is opened when its turn comes, and read as fast as the
 * archive is taken.
 *
 * @throws LikenessError `invalid-request` for names that are doubled or hold folders, for an archive of 4 GiB or more,
 * and, while reading, when a file's length differs from what was announced
 */
export function zipStream(entries: readonly ZipEntry[]): ZipStream {
  checkEntries(entries)
  const bytes = lengthOf(entries)
  if (bytes > MOST_BYTES || entries.length > MOST_ENTRIES) {
    refuse(`an archive of ${entries.length} files and ${bytes} bytes is too large: below 4 GiB and 65 535 files`)
  }
  return { bytes, open: () => write(entries) }
}
