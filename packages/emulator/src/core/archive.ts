import type { StoredFile } from './files.js'

/** One file of an archive, extracted to disk. `name` is its path inside. */
export type ArchiveEntry = StoredFile

/** The file is no zip, is damaged, or unpacks to more than the emulator is willing to hold. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

/**
 * Extracts a zip beside itself, once: further calls for the same file return the same entries. Directories and
 * macOS resource forks (`__MACOSX/`, `.DS_Store`) are left out. Throws ArchiveError.
 */
export async function openArchive(_file: StoredFile): Promise<readonly ArchiveEntry[]> {
  throw new ArchiveError('not built yet')
}
