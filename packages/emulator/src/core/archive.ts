import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import yauzl from 'yauzl'
import type { StoredFile } from './files.js'
import { storeAt } from './spool.js'

/** One file of an archive, extracted to disk. `name` is its path inside. */
export type ArchiveEntry = StoredFile

/** The file is no zip, is damaged, or unpacks to more than the emulator is willing to hold. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

const mostEntries = 2_000
const mostBytes = 4 * 1024 ** 3

const extracted = new WeakMap<StoredFile, Promise<readonly ArchiveEntry[]>>()

/**
 * Extracts a zip beside itself, once: further calls for the same file return the same entries. Directories and
 * macOS resource forks (`__MACOSX/`, `.DS_Store`) are left out. Throws ArchiveError.
 */
export async function openArchive(file: StoredFile): Promise<readonly ArchiveEntry[]> {
  let entries = extracted.get(file)
  if (entries === undefined) {
    entries = extract(file)
    extracted.set(file, entries)
  }
  return await entries
}

async function extract(file: StoredFile): Promise<readonly ArchiveEntry[]> {
  if (file.format !== 'zip') throw new ArchiveError(`${file.name} is not a zip archive`)
  const folder = `${file.path}.entries`
  const entries: ArchiveEntry[] = []
  let total = 0
  try {
    await mkdir(folder, { recursive: true })
    const zip = await yauzl.openPromise(file.path, { lazyEntries: true })
    for await (const entry of zip.eachEntry()) {
      if (isClutter(entry.fileName)) continue
      total += entry.uncompressedSize
      if (entries.length === mostEntries) throw new ArchiveError(`${file.name} has more than ${mostEntries} files`)
      if (total > mostBytes) throw new ArchiveError(`${file.name} unpacks to more than ${mostBytes} bytes`)
      const stream = await zip.openReadStreamPromise(entry)
      entries.push(await storeAt(join(folder, String(entries.length)), stream, { name: entry.fileName }))
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error
    throw new ArchiveError(`${file.name} cannot be unpacked`, { cause: error })
  }
  return entries
}

function isClutter(name: string): boolean {
  return name.endsWith('/') || name.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(name)
}
